"""The checked copy: the user's workbook with everything that is wrong marked where it stands."""

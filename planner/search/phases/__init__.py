"""The phases of a large search: relaxation, kernels of ever more columns, proof."""

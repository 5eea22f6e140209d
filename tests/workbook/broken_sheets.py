"""Workbooks with odd cells and odd sheets, each otherwise sound."""

from collections.abc import Iterator

from tests.workbook.broken_files import (
    MAIN,
    NAME_CELL,
    NOTE_CELL,
    OFFERS,
    PRICE_CELL,
    TEXTS,
    WORKBOOK,
    Faulty,
    Kind,
    Read,
    Refused,
    base,
    changed,
    note,
    price,
    replaced,
    zipped,
)

STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
INLINE = '<c r="Y4" t="inlineStr"><is><t xml:space="preserve">{}</t></is></c>'


def sheets() -> Iterator[Kind]:
    """Yield the kinds of this file."""
    yield from _addresses()
    yield from _values()
    yield from _texts()
    yield from _formulas()
    yield from _whole_sheets()
    yield from _companions()


def _addresses() -> Iterator[Kind]:
    for address in ("ZZZZ1", "A0", "A99999999999", "4G", "", "G", "Ä4", "XFE1"):
        cell = f'<c r="{address}"><v>1000</v></c>'
        yield Kind(f"address {address!r}", price(cell), Refused("damaged"))
    yield Kind("no addresses", price("<c><v>1000</v></c>"), Read())
    wrong = "<dimension ref={}/>"
    for reference in ('"A1"', '"A1:XFD1048576"'):
        after = wrong.format(reference)
        yield Kind(
            f"dimension {reference}",
            lambda after=after: changed(OFFERS, wrong.format('"A1:Y25"'), after),
            Read(),
        )
    yield Kind("no dimension", lambda: changed(OFFERS, wrong.format('"A1:Y25"'), ""), Read())
    merged = '</sheetData><mergeCells count="1"><mergeCell ref="A1:Y1"/></mergeCells>'
    yield Kind("merged title", lambda: changed(OFFERS, "</sheetData>", merged), Read())


def _values() -> Iterator[Kind]:
    for text, promise in {
        "-0": Read({"upfront_price": 0.0}),
        "1e3": Read(),
        "1000.0000000000001": Read({"upfront_price": 1000.0000000000001}),
        "1e308": Faulty("C013", "G4"),
        "1e999": Faulty("C012", "G4"),
        "NaN": Faulty("C012", "G4"),
        "inf": Faulty("C012", "G4"),
        "-5": Faulty("C013", "G4"),
        "dear": Faulty("C010", "G4"),
    }.items():
        yield Kind(f"number {text}", price(f'<c r="G4"><v>{text}</v></c>'), promise)
    for kind, value, promise in (
        ("b", "1", Faulty("C010", "G4")),
        ("e", "#REF!", Faulty("C008", "G4")),
        ("e", "#SPILL!", Refused("G4 of the sheet 'Offers'")),
        ("e", "", Faulty("C008", "G4")),
        ("str", "1000", Read()),
        ("str", "１,000.0", Read()),
        ("str", "1.000,00", Faulty("C011", "G4")),
        ("str", "2027-01-01", Faulty("C010", "G4")),
        ("d", "2027-01-01", Faulty("C010", "G4")),
        ("s", "999999", Refused("a text that is not there")),
        ("s", "-1", Refused("a text that is not there")),
        ("s", "x", Refused("damaged")),
        ("z", "1000", Refused("damaged")),
    ):
        cell = f'<c r="G4" t="{kind}"><v>{value}</v></c>'
        yield Kind(f"type {kind} {value}", price(cell), promise)
    yield Kind("cdata", price('<c r="G4"><v><![CDATA[1000]]></v></c>'), Refused("cut in two"))
    yield Kind("comment", price('<c r="G4"><v>10<!-- -->00</v></c>'), Refused("cut in two"))


def _texts() -> Iterator[Kind]:
    for name, text, read in (
        ("injection", "=HYPERLINK(&quot;http://x&quot;)", '=HYPERLINK("http://x")'),
        ("command", "+cmd|' /C calc'!A0", "+cmd|' /C calc'!A0"),
        ("markup", "&lt;b&gt;[red]&amp;", "<b>[red]&"),
        ("emoji", "🚚 报价", "🚚 报价"),
        ("right to left", "\u202eabc", "\u202eabc"),
        ("long text", "ab " * 3_000 + "c", "ab " * 3_000 + "c"),
    ):
        yield Kind(f"text: {name}", note(INLINE.format(text)), Read({"note": read}))
    runs = '<r><t xml:space="preserve">two </t></r><r><rPr><b/></rPr><t>runs</t></r>'
    rich = f'<c r="Y4" t="inlineStr"><is>{runs}</is></c>'
    yield Kind("text: rich", note(rich), Read({"note": "two runs"}))
    phonetic = '<c r="Y4" t="inlineStr"><is><t>東</t><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
    yield Kind("text: phonetic", note(phonetic), Read({"note": "東"}))
    for name, text in (
        ("control character", "a\x01b"),
        ("nul", "a\0b"),
        ("surrogate by number", "&#xD800;"),
        ("nul by number", "&#0;"),
        ("unknown entity", "&nbsp;"),
    ):
        yield Kind(f"text: {name}", note(INLINE.format(text)), Refused("damaged"))
    parts = base()
    lone = parts[OFFERS].replace(NOTE_CELL.encode(), INLINE.format("~").encode())
    lone = lone.replace(b"~", b"\xed\xa0\x80")
    yield Kind("text: lone surrogate", lambda: replaced(OFFERS, lone), Refused("damaged"))
    latin = parts[OFFERS].replace(NOTE_CELL.encode(), INLINE.format("caf\xe9").encode("latin-1"))
    yield Kind("text: wrong encoding", lambda: replaced(OFFERS, latin), Refused("damaged"))


def _formulas() -> Iterator[Kind]:
    for name, cell, promise in (
        ("with a value", '<c r="G4"><f>500*2</f><v>1000</v></c>', Read()),
        ("without a value", '<c r="G4"><f>500*2</f></c>', Faulty("C009", "G4")),
        ("array", '<c r="G4"><f t="array" ref="G4">500*2</f><v>1000</v></c>', Read()),
        ("array, no value", '<c r="G4"><f t="array" ref="G4">5</f></c>', Faulty("C009", "G4")),
        ("to another file", '<c r="G4"><f>[1]A!A1</f><v>1000</v></c>', Read()),
        ("error", '<c r="G4" t="e"><f>1/0</f><v>#DIV/0!</v></c>', Faulty("C008", "G4")),
        ("as text", '<c r="G4" t="str"><f>"a"</f><v>a</v></c>', Faulty("C010", "G4")),
    ):
        yield Kind(f"formula {name}", price(cell), promise)
    name = '<c r="A4" t="e"><v>#N/A</v></c>'
    yield Kind("error as a name", lambda: changed(OFFERS, NAME_CELL, name), Faulty("C008", "A4"))


def _whole_sheets() -> Iterator[Kind]:
    for state in ("hidden", "veryHidden"):
        after = f'name="Offers" state="{state}"'
        yield Kind(state, lambda a=after: changed(WORKBOOK, 'name="Offers"', a), Read())
    odd = 'state="gone" name="Offers"'
    yield Kind("odd state", lambda: changed(WORKBOOK, 'name="Offers"', odd), Refused("damaged"))
    for name in ("O'Brien &quot;1&quot;", "🚚", "说明 2", "a" * 300, "../x"):
        after = f'name="{name}"'
        yield Kind(
            f"sheet {name[:9]}",
            lambda after=after: changed(WORKBOOK, 'name="README"', after),
            Read(warnings=("C003",)),
        )
    yield Kind("chinese sheet", lambda: changed(WORKBOOK, 'name="Offers"', 'name="报价"'), Read())
    yield Kind("no offers", lambda: changed(WORKBOOK, '"Offers"', '"Ofers"'), Faulty("C001"))
    for kind in ("chartsheet", "dialogsheet"):
        yield Kind(kind, lambda kind=kind: _other_sheet(kind), Read())
    yield Kind("300 empty sheets", _many_sheets, Read(warnings=("C003",) * 300))
    for code in ("utf-8-sig", "utf-16"):
        text = base()[OFFERS].decode().replace('"UTF-8"', f'"{code.upper()[:6].rstrip("-")}"')
        promise = Read() if code == "utf-8-sig" else Refused("not in UTF-8")
        yield Kind(code, lambda t=text, c=code: replaced(OFFERS, t.encode(c)), promise)
    strict = base()[OFFERS].replace(MAIN.encode(), STRICT.encode())
    yield Kind("strict", lambda: replaced(OFFERS, strict), Read())
    yield Kind("prefixes", _prefixed, Read())


def _companions() -> Iterator[Kind]:
    """Yield workbooks that bring along what is never run, followed or read."""
    for part, warning in {
        "xl/vbaProject.bin": "C034",
        "xl/macrosheets/sheet1.xml": "C034",
        "xl/externalLinks/externalLink1.xml": "C035",
        "xl/connections.xml": "C035",
    }.items():
        yield Kind(part, lambda p=part: replaced(p, b"<a/>"), Read(warnings=(warning,)))
    pivot = "xl/pivotCache/pivotCacheRecords1.xml"
    yield Kind("pivot cache", lambda: replaced(pivot, b"<pivotCacheRecords/>"), Read())
    empty = base()[TEXTS].replace(b"<si>", b"<si/><si>", 1)
    more = empty.replace(b"<si/>", b"").replace(b"</sst>", b"<si/><si></si></sst>")
    yield Kind("empty texts", lambda: replaced(TEXTS, more), Read())


def _other_sheet(kind: str) -> bytes:
    """Return the workbook with a first sheet that holds no cells."""
    parts = base()
    rels = "xl/_rels/workbook.xml.rels"
    before = b'relationships/worksheet" Target="worksheets/sheet1.xml'
    assert before in parts[rels]
    after = f'relationships/{kind}" Target="{kind}s/sheet1.xml'.encode()
    parts[rels] = parts[rels].replace(before, after)
    parts[f"xl/{kind}s/sheet1.xml"] = f'<{kind} xmlns="{MAIN}"/>'.encode()
    return zipped(parts)


def _many_sheets() -> bytes:
    parts = base()
    listed, related = "", ""
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    for number in range(300):
        target = f"worksheets/more{number}.xml"
        listed += f'<sheet name="More {number}" sheetId="{number + 50}" r:id="more{number}"/>'
        related += f'<Relationship Id="more{number}" Type="{kind}" Target="{target}"/>'
        parts[f"xl/{target}"] = f'<worksheet xmlns="{MAIN}"><sheetData/></worksheet>'.encode()
    rels = "xl/_rels/workbook.xml.rels"
    parts[WORKBOOK] = parts[WORKBOOK].replace(b"</sheets>", f"{listed}</sheets>".encode())
    parts[rels] = parts[rels].replace(b"</Relationships>", f"{related}</Relationships>".encode())
    return zipped(parts)


def _prefixed() -> bytes:
    """Return the workbook whose sheet Offers has a prefix at every element."""
    rows = base()[OFFERS].decode()
    rows = rows[rows.index("<sheetData>") : rows.index("</sheetData>")] + "</sheetData>"
    rows = rows.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    assert PRICE_CELL.replace("<", "<x:").replace("<x:/", "</x:") in rows
    return replaced(OFFERS, f'<x:worksheet xmlns:x="{MAIN}">{rows}</x:worksheet>'.encode())

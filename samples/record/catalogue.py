#!/usr/bin/env python3
"""Writes a sample's row in expected.json, and README.md's table from all rows.

catalogue.py SAMPLES_DIR FILE SCRIPT SHOWS [PACKAGE…], with lines
"l4 port protocol" on standard input. Packets and bytes are those of capinfos.
Without FILE, only the table is written again.
"""
import csv
import datetime
import gzip
import json
import pathlib
import struct
import subprocess
import sys

samples = pathlib.Path(sys.argv[1])
catalogue = samples / "expected.json"
rows = json.loads(catalogue.read_text()) if catalogue.exists() else {}


def link_types(data):
    """The link types that the file's headers declare, one an interface."""
    magic = data[:4]
    if magic in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
        return [struct.unpack_from("<I", data, 20)[0] & 0xFFFF]
    types, at = [], 0
    while at + 12 <= len(data):
        kind, length = struct.unpack_from("<II", data, at)
        if kind == 1:
            types.append(struct.unpack_from("<H", data, at + 8)[0])
        at += length
    return types


def capinfos(path):
    text = subprocess.run(["capinfos", "-T", "-m", "-Q", "-M", "-c", "-d", "-u", str(path)], check=True, capture_output=True, text=True).stdout
    lines = list(csv.reader(text.strip().splitlines()))
    return dict(zip(lines[0], lines[1]))


def version(package):
    done = subprocess.run(["dpkg-query", "-W", "-f", "${source:Package} ${Version}", package], capture_output=True, text=True)
    if done.returncode != 0:
        return package
    upstream = done.stdout.split(" ", 1)[1].split(":")[-1].rsplit("-", 1)[0].split("+dfsg")[0].split("~deb")[0]
    return f"{package} {upstream}"


def row(path, script, shows, packages, expected):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = subprocess.run(["zstd", "-dc", str(path)], check=True, capture_output=True).stdout
    info = capinfos(path)
    return {
        "shows": shows,
        "script": f"record/{script}",
        "recorded": datetime.date.today().isoformat(),
        "programs": [version(package) for package in packages],
        "linkTypes": link_types(data),
        "packets": int(info["Number of packets"]),
        "wireBytes": int(info["Data size (bytes)"]),
        "seconds": round(float(info["Capture duration (seconds)"]), 6),
        "protocols": [{"l4": l4, "port": int(port), "name": name} for l4, port, name in expected],
    }


if len(sys.argv) > 2:
    name, script, shows, packages = sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:]
    expected = [tuple(line.split()) for line in sys.stdin if line.strip()]
    rows[name] = row(samples / name, script, shows, packages, expected)
rows = dict(sorted(rows.items()))
catalogue.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")

BEGIN, END = "<!-- table: written by record/catalogue.py -->\n", "<!-- end of table -->\n"
readme = samples / "README.md"
if readme.exists():
    before, rest = readme.read_text().split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    table = "| Capture | What it shows | Programs | Recorded by | Packets | Bytes | Date |\n|---|---|---|---|--:|--:|---|\n"
    for name, r in rows.items():
        table += f"| [{name}]({name}) | {r['shows']} | {', '.join(r['programs'])} | [{r['script']}]({r['script']}) | {r['packets']:,} | {r['wireBytes']:,} | {r['recorded']} |\n"
    readme.write_text(before + BEGIN + table + END + after)

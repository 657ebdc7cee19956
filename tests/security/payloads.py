"""Markup and scripts as attackers store them; each carries MARK, so that a page that lets it live is found out."""

from __future__ import annotations

from html.parser import HTMLParser

MARK = "zqxmark"
PAYLOADS = [
    f"<script>{MARK}</script>", f"<SCRIPT SRC=//{MARK}.example/x.js></SCRIPT>", f"<script\n>{MARK}()</script\n>",
    f"<img src={MARK} onerror={MARK}()>", f"<img src=x onerror={MARK}//", f"<img/src/onerror={MARK}()>", f"<svg onload={MARK}()>",
    f"<svg/onload={MARK}()>", f"<svg><script>{MARK}</script></svg>", f"<svg><a xlink:href=javascript:{MARK}()>x",
    f"<body onload={MARK}()>",
    f"<iframe src=javascript:{MARK}()>", f"<iframe srcdoc='<script>{MARK}</script>'>", f"<object data=data:text/html,{MARK}>",
    f"<embed src=//{MARK}.example>", f"<link rel=stylesheet href=//{MARK}.example>",
    f"<meta http-equiv=refresh content=0;url=//{MARK}>",
    f"<base href=//{MARK}.example/>", f"<form action=//{MARK}.example><input name=x>", f"<button formaction=javascript:{MARK}()>x",
    f"<details open ontoggle={MARK}()>", f"<video><source onerror={MARK}()>", f"<audio src=x onerror={MARK}()>",
    f"<marquee onstart={MARK}()>", f"<input autofocus onfocus={MARK}()>", f"<select autofocus onfocus={MARK}()>",
    f"<textarea autofocus onfocus={MARK}()>", f"<keygen autofocus onfocus={MARK}()>", f"<math href=javascript:{MARK}()>x</math>",
    f"<style>@import '//{MARK}.example'</style>", f"<p style=background:url(//{MARK}.example)>",
    f"<table background=//{MARK}.example>",
    f"\"><script>{MARK}</script>", f"'><script>{MARK}</script>", f"\" onmouseover={MARK}() x=\"", f"' onmouseover={MARK}() x='",
    f"` onmouseover={MARK}() x=`", f" onfocus={MARK}() autofocus ", f"</textarea><script>{MARK}</script>",
    f"</title><script>{MARK}</script>", f"</style><script>{MARK}</script>", f"--><script>{MARK}</script>",
    f"]]><script>{MARK}</script>", f"javascript:{MARK}()", f"JaVaScRiPt:{MARK}()", f"data:text/html,<script>{MARK}</script>",
    f"vbscript:{MARK}", f"&lt;script&gt;{MARK}&lt;/script&gt;", f"&#60;script&#62;{MARK}", f"\\u003cscript\\u003e{MARK}",
    f"%3Cscript%3E{MARK}", f"<scr<script>ipt>{MARK}</script>", f"<<script>{MARK}//<</script>",
    f"<a href=\"java&#9;script:{MARK}\">x</a>",
    f"<div hx-get=//{MARK}.example hx-trigger=load>", f"<div data-confirm={MARK} hx-on:click={MARK}()>", f"{{{{ {MARK} }}}}",
    f"{{% debug %}}{MARK}", f"${{{MARK}}}", f"<!--{MARK}--><noscript><p title='</noscript><img src={MARK} onerror=x>'>",
    f"<template><script>{MARK}</script></template>", f"<x {MARK}=1 contenteditable onbeforeinput={MARK}()>",
]  # fmt: skip
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "srcdoc",
    "xlink:href",
    "hx-get",
    "hx-post",
    "content",
}


class Living(HTMLParser):
    """Reads a page as a browser does and lists what of a payload became part of it: tags, attributes, addresses, scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in {"script", "style"} else ""
        if MARK in tag:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or MARK in name or name in {"style", "srcdoc"}:
                self.faults.append(f"<{tag} {name}>")
            elif name in ADDRESSES and self._dangerous(value or ""):
                self.faults.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        if self._inside and MARK in data:
            self.faults.append(f"inside <{self._inside}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_comment(self, data: str) -> None:
        if MARK in data:
            self.faults.append("inside a comment")

    @staticmethod
    def _dangerous(value: str) -> bool:
        plain = "".join(value.split()).lower()
        return plain.startswith(("javascript:", "vbscript:", "data:text", MARK)) or f"//{MARK}" in plain


def living(page: str) -> list[str]:
    """What of the payloads lives in the page; [] when all of it is text."""
    reader = Living()
    reader.feed(page)
    reader.close()
    return reader.faults

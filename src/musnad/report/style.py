"""The look of a report: on screen and on paper, in either direction; no file beside it, nothing fetched."""

CSS = """
:root{--ink:#16202a;--soft:#5a6773;--line:#d5dce2;--paper:#fff;--wash:#f5f7f9;--accent:#0b5c6b;--mark:#8a5a00}
*{box-sizing:border-box}
body{margin:0;background:var(--wash);color:var(--ink);
font:16px/1.6 system-ui,"Noto Sans","Noto Naskh Arabic",sans-serif}
main{max-inline-size:56rem;margin:0 auto;padding:2rem 1.5rem 4rem;background:var(--paper)}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0 1rem}
h2{font-size:1.2rem;margin:2.2rem 0 .8rem;border-block-end:1px solid var(--line);padding-block-end:.3rem}
h3{font-size:1rem;margin:0 0 .3rem}
code{font:.86em/1.5 ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
.exercise{margin:0 0 1rem;padding:.5rem .9rem;border:2px dashed var(--mark);color:var(--mark);font-weight:700}
.note{margin:1rem 0;padding:.8rem 1rem;background:var(--wash);border-inline-start:4px solid var(--accent)}
.said{white-space:pre-wrap}
.soft{color:var(--soft);font-size:.9rem}
dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;gap:.25rem 1rem;margin:.5rem 0}
dt{color:var(--soft)}
dd{margin:0;min-inline-size:0}
table{inline-size:100%;border-collapse:collapse;margin:.6rem 0;font-size:.92rem}
th,td{text-align:start;vertical-align:top;padding:.35rem .5rem;border-block-end:1px solid var(--line)}
th{color:var(--soft);font-weight:600}
.steps{list-style:none;margin:0;padding:0;border-inline-start:2px solid var(--line)}
.steps>li{position:relative;padding:0 1.2rem 1.4rem;break-inside:avoid}
.steps>li::before{content:"";position:absolute;inset-inline-start:-.45rem;inset-block-start:.5rem;inline-size:.75rem;
block-size:.75rem;border-radius:50%;background:var(--accent);border:2px solid var(--paper)}
.steps>li.void::before{background:var(--paper);border-color:var(--mark)}
.void h3{text-decoration:line-through}
.gap{color:var(--mark)}
@media (max-width:40rem){dl{grid-template-columns:1fr}dt{margin-block-start:.4rem}}
@media print{body{background:none}main{padding:0;max-inline-size:none}}
"""

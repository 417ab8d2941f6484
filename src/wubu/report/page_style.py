"""The style sheet of the report page: light and dark, narrow and wide, and on paper."""

CSS = """
:root {
  color-scheme: light dark;
  --ink: #1c1e21; --soft: #5b6170; --paper: #fff; --panel: #f5f6f8; --rule: #d9dce1;
  --good: #00704a; --bad: #b3261e; --heat: 0 114 178;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8eaed; --soft: #9aa0a8; --paper: #16181c; --panel: #1f2227; --rule: #363a41;
    --good: #5ec79b; --bad: #f2857c; --heat: 86 180 233;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1180px; padding: 24px 20px 60px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
}
h1 { font-size: 26px; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 36px 0 10px; }
p.when, .note { color: var(--soft); margin: 0 0 14px; }
.figures { display: flex; flex-wrap: wrap; gap: 10px; }
.figures div { background: var(--panel); border-radius: 8px; padding: 10px 16px; min-width: 120px; }
.figures b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; }
.figures span { color: var(--soft); font-size: 13px; }
.scroll { overflow-x: auto; max-width: 100%; }

table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
thead th { color: var(--soft); font-weight: 600; }
tfoot td { color: var(--soft); }
table.pairs td:nth-child(2), table.pairs th:nth-child(2) { text-align: left; }
table.settings td { vertical-align: top; }
table.settings td:last-child { text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; }

table.matrix td {
  text-align: center; min-width: 46px; padding: 3px 6px; line-height: 1.25; border: 1px solid var(--paper);
  background: rgb(var(--heat) / calc(.05 + var(--share) * .7));
}
table.matrix td small { display: block; font-size: 10px; font-weight: 400; opacity: .8; }
table.matrix.small { font-size: 12px; }
table.matrix.small td { min-width: 28px; padding: 2px 3px; }
table.matrix th { border: 0; color: var(--soft); font-weight: 500; text-align: center; }
table.matrix th:first-child { text-align: right; max-width: 220px; overflow: hidden; text-overflow: ellipsis; }
table.matrix.upright tr:first-child th { position: relative; height: var(--tall); padding: 0; }
table.matrix.upright tr:first-child span {
  position: absolute; left: 50%; bottom: 0; width: var(--tall); transform-origin: 0 50%; transform: rotate(-90deg);
  text-align: left; overflow: hidden; text-overflow: ellipsis;
}
table.matrix .dim { color: transparent; }
table.matrix .right { font-weight: 700; }
.beside { display: flex; flex-wrap: wrap; gap: 0 48px; align-items: flex-start; }
.beside > * { max-width: 100%; }
.beside .note { max-width: 500px; }

.charts { display: flex; flex-wrap: wrap; gap: 14px; }
svg.chart { background: var(--panel); border-radius: 8px; max-width: 100%; height: auto; font-size: 11px; }
svg.chart text { fill: var(--ink); }
svg.chart .title { text-anchor: middle; font-size: 13px; font-weight: 600; }
svg.chart .tick { text-anchor: middle; fill: var(--soft); }
svg.chart .side { text-anchor: end; }
svg.chart .label { text-anchor: middle; fill: var(--soft); }
svg.chart .grid { stroke: var(--rule); fill: none; }
svg.chart .axis { stroke: var(--soft); fill: none; }
svg.chart .line { fill: none; stroke-width: 2; stroke: currentColor; stroke-linejoin: round; }
svg.chart circle { fill: currentColor; }
svg.chart .points circle { fill-opacity: .45; }
svg.chart .helper .line { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
.c0 { color: #0072b2; } .c1 { color: #e69f00; } .c2 { color: #009e73; } .c3 { color: #d55e00; }
.c4 { color: #cc79a7; } .c5 { color: #56b4e9; } .c6 { color: #999; } .c7 { color: #8f7a00; }
@media (prefers-color-scheme: dark) { .c0 { color: #4ba3e0; } .c7 { color: #d6c24a; } }

.samples { display: grid; grid-template-columns: repeat(auto-fill, minmax(110px, 1fr)); gap: 12px; }
figure { margin: 0; font-size: 12px; text-align: center; overflow-wrap: anywhere; }
figure img { width: 100%; image-rendering: pixelated; border-radius: 4px; background: #000; }
figure.wrong { color: var(--bad); }
figure.hit { color: var(--good); }
ul.findings { padding: 0; margin: 0; list-style: none; }
ul.findings li { margin: 8px 0; padding: 10px 14px; background: var(--panel); border-left: 4px solid var(--bad);
  border-radius: 0 8px 8px 0; }

pre { background: var(--panel); border-radius: 8px; padding: 12px; margin: 0; overflow-x: auto; max-width: 100%;
  font: 12px/1.35 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace; }
.model { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
.diagram { overflow: auto; max-width: 100%; max-height: 900px; background: #fff; border: 1px solid var(--rule);
  border-radius: 8px; padding: 8px; }
.diagram svg { display: block; height: auto; }
@media print {
  body { max-width: none; }
  h2 { break-after: avoid; }
  figure, svg, table, li { break-inside: avoid; }
  .diagram { max-height: none; }
}
"""

/** Style of a report: light and dark by the reader's system, and on paper without what only a screen can use. */
export const REPORT_STYLE = `
:root { --page:#f6f7f9; --card:#fff; --ink:#1a1d23; --dim:#586174; --line:#e4e7ec; --accent:#3b5bdb; --good:#087653;
  --bad:#c92a2a; --series-1:#3b5bdb; --series-2:#d55e00; --series-3:#007a5a; --series-4:#b0459c; --series-5:#b07a00;
  --series-6:#2b8ac0; --series-7:#7a7200; --series-8:#495057; --positive-high:#d55e00; --negative-low:#0072b2;
  --positive-low:#e69f00; --negative-high:#56b4e9; --inside:#9aa4b2; }
@media (prefers-color-scheme: dark) { :root { --page:#101318; --card:#181c23; --ink:#e7eaf0; --dim:#9aa5b8;
  --line:#2a303a; --accent:#8ea6ff; --good:#3ccf9b; --bad:#ff8787; --series-1:#8ea6ff; --series-2:#ff8a3d;
  --series-3:#3ccf9b; --series-4:#f08ad8; --series-5:#f2c14e; --series-6:#6cc5f5; --series-7:#c9c24a;
  --series-8:#b8c0cc; --positive-high:#ff8a3d; --negative-low:#4cb1ee; --positive-low:#f2c14e;
  --negative-high:#9ad7f7; --inside:#667085; } }
* { box-sizing:border-box }
body { margin:0; background:var(--page); color:var(--ink); font:15px/1.5 system-ui,sans-serif;
  font-variant-numeric:tabular-nums }
main { max-width:1180px; margin:0 auto; padding:28px 20px 60px }
h1 { font-size:26px; line-height:1.25; margin:0 0 4px; overflow-wrap:anywhere }
h2 { font-size:19px; margin:34px 0 10px }
h3 { font-size:15px; margin:18px 0 6px }
p { margin:6px 0; max-width:78ch; overflow-wrap:anywhere }
.aside, figcaption, dt { color:var(--dim) }
a { color:var(--accent) }
dl { display:grid; grid-template-columns:repeat(auto-fill,minmax(220px,1fr)); gap:10px; margin:12px 0 }
dl div { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:9px 12px }
dt { font-size:13px } dd { margin:0; font-weight:600; overflow-wrap:anywhere }
.charts { display:grid; grid-template-columns:repeat(auto-fill,minmax(min(100%,520px),1fr)); gap:14px }
figure { position:relative; margin:0; background:var(--card); border:1px solid var(--line); border-radius:8px;
  padding:8px; min-width:0; align-self:start }
figure svg { display:block; width:100%; height:auto; touch-action:pan-y }
figure svg:focus-visible { outline:2px solid var(--accent); outline-offset:2px }
@media (max-width:600px) { figure { overflow-x:auto } figure svg { min-width:540px } }
figure output { display:block; min-height:1.5em; padding:0 6px; font-size:13px; overflow-wrap:anywhere }
details { padding:2px 6px; font-size:13px } summary { cursor:pointer; color:var(--dim) }
.scroll { max-width:100%; overflow-x:auto } details .scroll { max-height:320px; overflow-y:auto }
table { border-collapse:collapse; font-size:13.5px; margin:8px 0 }
th, td { text-align:right; padding:4px 10px; border-bottom:1px solid var(--line); vertical-align:top }
th:first-child { text-align:left; font-weight:600 } thead th { color:var(--dim); font-weight:500 }
pre { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:12px; overflow:auto;
  font-size:12.5px; max-height:520px }
.response { background:var(--card); border:1px solid var(--line); border-radius:8px; padding:9px 12px; margin:8px 0 }
.response p { margin:0 0 4px; font-size:13px; color:var(--dim) }
.text { white-space:pre-wrap; overflow-wrap:anywhere; font-family:ui-monospace,monospace; font-size:14px;
  line-height:1.9 }
.text > b { font-weight:400; color:var(--dim) }
.t { border-radius:3px; padding:1px 0; border-bottom:2px solid transparent }
.t.inside { background:color-mix(in srgb,var(--inside) 14%,transparent) }
.t.positive-high { background:color-mix(in srgb,var(--positive-high) 30%,transparent);
  border-bottom:2px solid var(--positive-high) }
.t.negative-low { background:color-mix(in srgb,var(--negative-low) 30%,transparent);
  border-bottom:4px double var(--negative-low) }
.t.positive-low { background:color-mix(in srgb,var(--positive-low) 30%,transparent);
  border-bottom:2px dotted var(--positive-low) }
.t.negative-high { background:color-mix(in srgb,var(--negative-high) 30%,transparent);
  border-bottom:2px dashed var(--negative-high) }
.key { display:flex; flex-wrap:wrap; gap:6px 18px; padding:0; margin:8px 0; list-style:none; font-size:13px }
@media (forced-colors: active) { svg, .t { forced-color-adjust:none } }
@media print { body { background:#fff; font-size:11pt } main { max-width:none; padding:0 }
  figure output, .charts details, .file { display:none } figure, .response, tr { break-inside:avoid }
  pre { max-height:none; white-space:pre-wrap } h2 { break-after:avoid } }
`;

/** The page's style sheet: light and dark as the reader has it, and for every width. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fff, #0b0d11);
  --raised: light-dark(#f6f8fa, #12151b);
  --line: light-dark(#e2e7ec, #232833);
  --text: light-dark(#171c24, #eef1f6);
  --dim: light-dark(#55606f, #9aa4b3);
  --accent: light-dark(#0a6f96, #5cc8f2);
  --mark: light-dark(#e5f4fa, #12303d);
  --code-ground: light-dark(#10151d, #10141b);
  --code-text: #dfe6ef;
  --get: light-dark(#1c6b46, #63d59b);
  --post: light-dark(#0a5f96, #6bbcf5);
  --patch: light-dark(#855600, #eebb5d);
  --delete: light-dark(#a8232e, #ff8088);
  --masthead: 56px;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font: 15.5px / 1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  scroll-padding-top: calc(var(--masthead) + 20px);
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scrollbar-color: light-dark(#c3cad3, #343b47) transparent; }
body { margin: 0; background: var(--ground); color: var(--text); -webkit-font-smoothing: antialiased; }
h1, h2, h3, h4, p, ul, dl, dd, figure { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--accent); text-underline-offset: 3px; }
h2 a, h3 a { color: inherit; text-decoration: none; }
h2 a:hover::after, h3 a:hover::after { content: " #"; color: var(--dim); font-weight: 400; }
code, pre { font-family: var(--mono); font-size: 0.87em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.skip { position: absolute; left: -999px; top: 8px; z-index: 5; padding: 8px 14px; border-radius: 8px; background: var(--accent); color: var(--ground); }
.skip:focus { left: 12px; }
.dim { color: var(--dim); }

.masthead { position: sticky; top: 0; z-index: 3; display: flex; align-items: center; gap: 12px; height: var(--masthead); padding: 0 24px; background: var(--ground); border-bottom: 1px solid var(--line); }
.brand { display: inline-flex; align-items: center; gap: 10px; color: inherit; font-weight: 650; letter-spacing: -0.01em; text-decoration: none; white-space: nowrap; }
.mark { width: 24px; height: 24px; color: var(--accent); }
.version { padding: 1px 8px; border-radius: 99px; background: var(--raised); border: 1px solid var(--line); color: var(--dim); font-size: 12.5px; font-variant-numeric: tabular-nums; }
.raw { margin-left: auto; font-family: var(--mono); font-size: 13px; color: var(--dim); text-decoration: none; }
.raw:hover { color: var(--accent); text-decoration: underline; }
.menu { display: none; padding: 6px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--raised); color: inherit; font: inherit; font-size: 14px; cursor: pointer; }

#contents { position: fixed; inset: var(--masthead) auto 0 0; z-index: 2; width: 292px; padding: 20px 14px 40px 20px; overflow-y: auto; overscroll-behavior: contain; border-right: 1px solid var(--line); background: var(--ground); font-size: 14px; line-height: 1.4; }
.filter { width: 100%; margin-bottom: 14px; padding: 8px 12px; border: 1px solid var(--line); border-radius: 9px; background: var(--raised); color: inherit; font: inherit; font-size: 14px; }
#contents .group { margin: 22px 8px 6px; font-size: 12px; font-weight: 650; letter-spacing: 0.04em; text-transform: uppercase; color: var(--dim); }
#contents li a { display: flex; align-items: baseline; gap: 9px; padding: 5px 8px; border-radius: 7px; color: var(--text); text-decoration: none; }
#contents li a:hover { background: var(--raised); }
#contents [aria-current] { background: var(--mark); color: var(--accent); font-weight: 550; }
#contents .group a { color: inherit; text-decoration: none; }
#contents .method { min-width: 50px; padding: 0; background: none; border: 0; font-size: 10.5px; text-align: left; }

main { margin-left: 292px; padding: 0 clamp(20px, 4vw, 64px) 120px; outline: none; }
.introduction, .tag > h2, .tag > .lead { max-width: 760px; }
.introduction { padding-top: 44px; }
.introduction p + p { margin-top: 14px; }
h1 { font-size: 38px; line-height: 1.15; font-weight: 700; letter-spacing: -0.025em; }
.lead { margin: 6px 0 22px; color: var(--dim); font-size: 17px; }
h2 { margin: 48px 0 12px; font-size: 25px; line-height: 1.25; font-weight: 680; letter-spacing: -0.02em; }
.tag { margin-top: 72px; border-top: 1px solid var(--line); }
.tag > h2 { margin-bottom: 0; }
p code, li code, dd code, td code, summary code, .needs .scope { padding: 1.5px 5px; border-radius: 5px; background: var(--raised); border: 1px solid var(--line); white-space: nowrap; }
p code.pattern { white-space: normal; overflow-wrap: anywhere; }
.scroll { margin-top: 16px; max-height: 420px; overflow: auto; border: 1px solid var(--line); border-radius: 12px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th, td { padding: 8px 14px; text-align: left; border-bottom: 1px solid var(--line); vertical-align: baseline; }
td code { white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
th { position: sticky; top: 0; background: var(--raised); font-size: 12.5px; font-weight: 600; color: var(--dim); }

.operation { display: grid; grid-template-columns: minmax(0, 1fr); gap: 24px 48px; padding: 40px 0; border-top: 1px solid var(--line); }
.lead + .operation { border-top: 0; padding-top: 16px; }
.told { max-width: 760px; }
.told > p { margin-top: 10px; }
h3 { font-size: 20px; line-height: 1.3; font-weight: 650; letter-spacing: -0.01em; }
.address { display: flex; align-items: baseline; gap: 10px; font-size: 15px; }
.told .address code { padding: 0; border: 0; background: none; overflow-wrap: normal; }
.method { flex: none; padding: 2px 8px; border-radius: 6px; font: 700 11.5px / 1.5 var(--mono); letter-spacing: 0.03em; background: var(--raised); border: 1px solid transparent; }
.method.get { color: var(--get); } .method.post { color: var(--post); } .method.patch, .method.put { color: var(--patch); } .method.delete { color: var(--delete); }
.needs { color: var(--dim); font-size: 14px; }
.needs .scope { color: var(--text); font-family: var(--mono); font-size: 0.9em; }
h4 { margin: 26px 0 4px; font-size: 13.5px; font-weight: 650; }
.field { padding: 11px 0; border-top: 1px solid var(--line); }
.fields > .field:first-child { border-top-color: transparent; }
h4 + .fields > .field:first-child { border-top-color: var(--line); }
.field-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 10px; }
.field-head .field-name { padding: 0; border: 0; background: none; font-size: 14px; font-weight: 650; }
.type { color: var(--dim); font-size: 13.5px; }
.required { color: var(--delete); font-size: 12px; font-weight: 600; }
.field-text { margin-top: 2px; font-size: 14.5px; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 3px 16px; margin-top: 4px; color: var(--dim); font-size: 13.5px; }
details > summary { cursor: pointer; list-style: none; }
details > summary::-webkit-details-marker { display: none; }
details > summary::before { content: ""; display: inline-block; width: 6px; height: 6px; margin: 0 10px 2px 2px; border: solid var(--dim); border-width: 0 1.5px 1.5px 0; transform: rotate(-45deg); transition: transform 0.12s; }
details[open] > summary::before { transform: rotate(45deg); }
.field > details { margin-top: 8px; border: 1px solid var(--line); border-radius: 10px; }
.field > details > summary { padding: 6px 12px; color: var(--dim); font-size: 13.5px; }
.field > details > .fields { padding: 0 14px; border-top: 1px solid var(--line); }
.kind { padding: 8px 14px; border-top: 1px solid var(--line); font-size: 14px; }
.headers { margin-top: 22px; border-top: 1px solid var(--line); padding: 9px 0 0; font-size: 14.5px; }
.headers > summary { font-size: 13.5px; font-weight: 650; }
.headers > .fields { padding-left: 18px; }
.headers + h4 { margin-top: 18px; }
.answers > li, .refusals { border-top: 1px solid var(--line); padding: 9px 0; font-size: 14.5px; }
.answers > li > details > .fields { margin: 8px 0 0 3px; padding-left: 17px; border-left: 2px solid var(--line); }
.answers > li > p { padding-left: 18px; }
.status { display: inline-block; min-width: 34px; margin-right: 6px; font: 650 13px var(--mono); }
.status.good { color: var(--get); } .status.bad { color: var(--delete); }
.refusals dl { display: grid; grid-template-columns: auto 1fr; gap: 7px 12px; margin: 10px 0 4px 20px; font-size: 14px; }

.shown { min-width: 0; }
.code { overflow: hidden; border-radius: 12px; background: var(--code-ground); border: 1px solid light-dark(#10151d, #232833); color: var(--code-text); }
.code + .code { margin-top: 14px; }
.code figcaption { display: flex; align-items: center; justify-content: space-between; min-height: 38px; padding: 0 8px 0 16px; border-bottom: 1px solid #ffffff17; color: #a3aebd; font-size: 12.5px; font-weight: 600; }
.code pre { margin: 0; padding: 14px 16px; overflow: auto; max-height: 560px; font-size: 14px; line-height: 1.55; tab-size: 2; scrollbar-color: #3c4553 transparent; }
.json-name { color: #8cc9ee; } .json-text { color: #a8d8a0; } .json-value { color: #eebb7d; }
.copy { padding: 4px 10px; border: 0; border-radius: 7px; background: #ffffff14; color: #dfe6ef; font: inherit; cursor: pointer; }
.copy:hover { background: #ffffff29; }
.code :focus-visible { outline-color: #5cc8f2; outline-offset: -2px; }
.copied { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }

@media (min-width: 1240px) {
  .operation { grid-template-columns: minmax(0, 1fr) minmax(380px, 46%); }
  .shown { position: sticky; top: calc(var(--masthead) + 20px); align-self: start; }
}
@media (max-width: 899px) {
  .masthead { padding: 0 16px; }
  .menu { display: block; }
  .raw { font-size: 12px; }
  #contents { display: none; width: 100%; border: 0; padding: 16px; }
  .with-contents #contents { display: block; }
  .with-contents { overflow: hidden; }
  #contents li a { padding: 9px 8px; }
  main { margin-left: 0; padding: 0 16px 80px; }
  .introduction { padding-top: 28px; }
  h1 { font-size: 30px; }
  .tag { margin-top: 48px; }
}
@media (max-width: 480px) { .raw { display: none; } th, td { padding: 8px 10px; } }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media print { .masthead, #contents, .json-name { color: #8cc9ee; } .json-text { color: #a8d8a0; } .json-value { color: #eebb7d; }
.copy { display: none; } main { margin: 0; } }
`;

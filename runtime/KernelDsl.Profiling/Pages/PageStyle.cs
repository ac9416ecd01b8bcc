namespace KernelDsl.Profiling.Pages;

/// <summary>The style of the page. Colours follow the reader's choice of light or dark; nothing is told by colour alone.</summary>
internal static class PageStyle
{
    // Free of characters that HTML and XML would read differently.
    public const string Css = """

        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --soft: #57606a; --line: #d0d7de; --band: #f3f5f7; --heat: 214, 90, 20; --mark: #0b62c4; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0f1318; --soft: #9aa6b2; --line: #313943; --band: #181e25; --heat: 240, 130, 50; --mark: #6cb2ff; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
        h1 { font-size: 1.6rem; margin: 0 0 .3rem; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
        p.note, caption, figcaption { color: var(--soft); font-size: .9rem; text-align: left; }
        p.honesty { border-left: 4px solid var(--mark); padding: .4rem .9rem; background: var(--band); }
        nav a { margin-right: 1rem; } a { color: var(--mark); }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; min-width: 30rem; margin: .4rem 0; } caption { padding: .2rem 0; }
        th, td { padding: .22rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; } th { background: var(--band); font-weight: 600; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        table.source { font: 12.5px/1.4 ui-monospace, monospace; width: 100%; } table.source td { border: 0; padding: 0 .6rem; }
        table.source td.code { white-space: pre; width: 100%; } table.source td.place { color: var(--soft); }
        .heat1 { background: rgba(var(--heat), .08); } .heat2 { background: rgba(var(--heat), .16); } .heat3 { background: rgba(var(--heat), .26); }
        .heat4 { background: rgba(var(--heat), .38); } .heat5 { background: rgba(var(--heat), .52); }
        summary { cursor: pointer; font-weight: 600; padding: .3rem 0; }
        svg { max-width: 100%; height: auto; } svg text { fill: currentColor; font: 12px system-ui, sans-serif; }
        .axis { stroke: var(--line); } .roof { stroke: var(--ink); stroke-width: 1.5; fill: none; } .point { fill: var(--mark); }
        .k0 { fill: #4477aa; } .k1 { fill: #66ccee; } .k2 { fill: #228833; } .k3 { fill: #ccbb44; } .k4 { fill: #ee6677; } .k5 { fill: #aa3377; } .k6 { fill: #888888; }

        """;
}

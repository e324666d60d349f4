/// The page's CSS. Colours come from the palette; sizes in pixels where the drawings count on them.
///
/// The two layouts divide at 720 px: below it, charts lose their right margin and have sparser labels. The plot is then at
/// least 184 px wide on a 320 px page, above it and on paper at least 520 px (see `FaultBands`), 430 px for the spectrum.
enum Stylesheet {
    static var text: String {
        let light = Palette.all.map { "\($0.property):\($0.light)" }.joined(separator: ";")
        let dark = Palette.all.map { "\($0.property):\($0.dark)" }.joined(separator: ";")
        return """

            :root{color-scheme:light dark;\(light)}
            @media screen and (prefers-color-scheme:dark){:root{\(dark)}}
            \(page)
            \(tables)
            \(charts)
            \(narrow)
            \(print)

            """
    }

    private static let page = """
        *{box-sizing:border-box}
        html{background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;\
        -webkit-text-size-adjust:100%;text-size-adjust:100%}
        body{margin:0}
        main{max-width:1080px;margin:0 auto;padding:48px 32px 80px}
        h1{font-size:30px;line-height:1.2;letter-spacing:-.01em;margin:0 0 8px;overflow-wrap:anywhere}
        h2{font-size:20px;line-height:1.3;margin:0 0 16px}
        h3{font-size:15px;line-height:1.4;margin:24px 0 6px}
        p{margin:0 0 6px}
        section{margin-top:56px}
        header .kind{font-size:13px;font-weight:600;color:var(--muted);margin:0 0 4px}
        header .summary{max-width:70ch;font-size:17px;overflow-wrap:anywhere}
        .quiet{color:var(--muted);font-size:14px}
        section>.quiet{max-width:80ch;margin-top:10px}
        .headline{margin-top:28px}
        .verdict{border-left:6px solid;border-radius:4px;padding:16px 20px;color:var(--ink)}
        .verdict p{margin:0}
        .verdict .word{font-size:26px;line-height:1.3;display:flex;align-items:center;gap:12px}
        .sign{display:inline-flex;align-items:center;justify-content:center;width:32px;height:32px;border-radius:50%;\
        font-size:19px;font-weight:700;color:var(--paper)}
        .verdict.met{border-color:var(--met);background:var(--met-tint)}
        .verdict.missed{border-color:var(--missed);background:var(--missed-tint)}
        .verdict.inconclusive{border-color:var(--inconclusive);background:var(--inconclusive-tint)}
        .verdict.met .sign{background:var(--met)}
        .verdict.missed .sign{background:var(--missed)}
        .verdict.inconclusive .sign{background:var(--inconclusive)}
        .incidents{margin-top:16px;border:2px solid var(--missed);border-radius:4px;padding:12px 20px}
        .incidents ul{margin:4px 0 0;padding-left:20px}
        .targets{list-style:none;margin:20px 0 0;padding:0}
        .targets li{display:grid;grid-template-columns:132px 1fr;gap:4px 16px;padding:12px 0;\
        border-bottom:1px solid var(--rule);overflow-wrap:anywhere}
        .targets p{margin:0;color:var(--muted);font-size:15px}
        .targets .needed{color:var(--ink)}
        .chip{align-self:start;justify-self:start;font-size:13px;font-weight:600;line-height:1.4;padding:2px 10px;\
        border-radius:12px;white-space:nowrap}
        .chip.met{color:var(--met);background:var(--met-tint)}
        .chip.missed{color:var(--missed);background:var(--missed-tint)}
        .chip.inconclusive{color:var(--inconclusive);background:var(--inconclusive-tint)}
        .done{margin:0;padding-left:20px;font-size:15px;overflow-wrap:anywhere}
        .done li{margin:4px 0}
        .mark{font-weight:700;display:inline-block;width:1.3em}
        .mark.met{color:var(--met)}
        .mark.missed{color:var(--missed)}
        .mark.inconclusive{color:var(--inconclusive)}
        details{margin-top:12px}
        summary{cursor:pointer;font-size:14px;color:var(--muted)}
        details[open] summary{margin-bottom:10px}
        :focus-visible{outline:2px solid var(--blue);outline-offset:2px}
        dl{margin:0 0 20px;font-size:15px}
        dl div{display:grid;grid-template-columns:150px 1fr;gap:4px 16px;padding:6px 0;border-bottom:1px solid var(--rule)}
        dt{font-weight:600}
        dd{margin:0;overflow-wrap:anywhere}
        pre{background:var(--panel);border-radius:4px;padding:16px;overflow:auto;font-size:13px;line-height:1.5;margin:0}
        """

    private static let tables = """
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;font-size:14px;line-height:1.4;font-variant-numeric:tabular-nums;min-width:100%}
        th,td{text-align:left;vertical-align:top;padding:8px 18px 8px 0;border-bottom:1px solid var(--rule)}
        th:last-child,td:last-child{padding-right:0}
        thead th{font-size:13px;font-weight:600;color:var(--muted);vertical-align:bottom}
        tbody th{font-weight:600;min-width:120px;max-width:300px;overflow-wrap:break-word}
        td{min-width:72px;max-width:320px;overflow-wrap:break-word}
        .n{text-align:right;white-space:nowrap}
        tbody th.n{min-width:0}
        .note{display:block;font-weight:400;color:var(--muted);font-size:13px}
        """

    private static let charts = """
        .patterns{position:absolute}
        figure{margin:0}
        .plot{display:block;overflow:visible;margin-left:76px;width:calc(100% - 124px)}
        .wide-right .plot{width:calc(100% - 216px)}
        .plot text{font-size:12px;fill:var(--ink);paint-order:stroke;stroke:var(--paper);stroke-width:3px;\
        stroke-linejoin:round}
        .plot text.quiet{fill:var(--muted)}
        .plot text.strong{font-weight:600}
        .plot .rule{stroke:var(--ink);stroke-opacity:.13;stroke-width:1;shape-rendering:crispEdges}
        .ground{fill:var(--panel)}
        .cells{fill:none;stroke-width:1;shape-rendering:crispEdges}
        .line,.halo{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}
        .halo{stroke:var(--paper);stroke-width:4;stroke-opacity:.75}
        .p50{stroke:var(--ink);stroke-width:2}
        .p99{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
        .max{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:1 3;stroke-opacity:.8}
        .offered{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:4 3}
        .completed{stroke:var(--blue);stroke-width:2}
        .completed-area{fill:var(--blue);fill-opacity:.14}
        .median{stroke:var(--blue);stroke-width:2}
        .bounded{fill:var(--blue);fill-opacity:.25}
        .requests{stroke:var(--ink);stroke-width:1.5;stroke-dasharray:5 3}
        .bounded-requests{fill:var(--ink);fill-opacity:.14}
        .unanswered,.bad-seconds{fill:var(--vermillion)}
        .curve{stroke-width:2.25}
        .confidence{fill-opacity:.16}
        .leader{stroke-width:1;stroke-opacity:.6}
        .uncertain{fill-opacity:.35}
        .limit{fill:none;stroke:var(--ink);stroke-width:2}
        .letter circle{fill:var(--ink)}
        .plot .letter text,.key .letter text{font-size:11px;font-weight:700;fill:var(--paper);stroke:none}
        .legend{margin:14px 0 0 76px;font-size:13px}
        .group{display:grid;grid-template-columns:124px 1fr;gap:0 12px;padding:3px 0}
        .group-title{color:var(--muted)}
        .legend ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 20px}
        .legend li{display:flex;align-items:center;gap:8px;min-width:0}
        .legend li>span{overflow-wrap:break-word;min-width:0}
        .legend .quiet{font-size:13px}
        .key{flex:none;overflow:visible}
        .narrow{display:none}
        """

    private static let narrow = """
        @media screen and (max-width:719px){
        main{padding:28px 16px 56px}
        h1{font-size:25px}
        section{margin-top:44px}
        .targets li,dl div{grid-template-columns:1fr}
        .plot{margin-left:70px;width:calc(100% - 104px)}
        .wide-right .plot{width:calc(100% - 84px)}
        .legend{margin-left:0}
        .group{grid-template-columns:1fr;padding:5px 0}
        .wide{display:none}
        .narrow{display:inline}
        .p50{stroke-width:1.4}
        .p99,.max{stroke-width:1}
        .halo{stroke-width:2.6}
        }
        """

    private static let print = """
        @media print{
        @page{margin:14mm}
        html{font-size:14px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
        main{max-width:none;padding:0}
        section{margin-top:28px}
        figure,tr,.verdict,.targets li{break-inside:avoid}
        h2,h3{break-after:avoid}
        .scroll,pre{overflow:visible}
        pre{white-space:pre-wrap}
        table{font-size:11px}
        th,td,tbody th{padding:5px 8px 5px 0;min-width:0;overflow-wrap:anywhere}
        .n{white-space:normal}
        tbody th{min-width:64px}
        .note,thead th{font-size:11px}
        details:not([open]){display:none}
        }
        """
}

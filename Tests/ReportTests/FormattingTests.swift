import Measures
import Testing

@testable import Report

@Suite("numbers and texts of a report")
struct FormattingTests {
    @Test(
        "counts are grouped in threes",
        arguments: [
            (0, "0"), (999, "999"), (1000, "1\u{202F}000"), (-12_345_678, "−12\u{202F}345\u{202F}678"),
        ]
    )
    func counts(_ value: Int, _ text: String) {
        #expect(Figures.count(value) == text)
    }

    @Test(
        "rates have three digits",
        arguments: [
            (31_536.0, "31\u{202F}500", "cut to three digits, never to a wrong size"),
            (315.4, "315", "no decimals"),
            (31.54, "31.5", "one"), (0.1051, "0.105", "small rates keep their digits"),
            (0.0000315, "0.0000315", "smaller"),
            (0, "0", "nothing"), (.infinity, "–", "no number"), (.nan, "–", "no number"),
            (1e18, "over 10¹⁵", "beyond sense"),
        ]
    )
    func rates(_ value: Double, _ text: String, _ reason: String) {
        #expect(Figures.rate(value) == text, "\(reason)")
    }

    @Test(
        "a share has the places that its interval resolves, and is 100 % only when nothing was bad",
        arguments: [
            (0.98, 0.01, "98.00 %"), (0.99934, 0.0008, "99.934 %"), (1.0, 0.01, "100 %"),
            (0.9999999, 0.01, "99.99999 %"),
        ]
    )
    func shares(_ share: Double, _ width: Double, _ text: String) {
        #expect(Figures.percent(share, resolving: width) == text)
    }

    @Test(
        "markup is escaped and what XML 1.0 cannot hold is left out",
        arguments: [
            ("a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;", "markup"),
            ("\u{0}\u{7}\u{1B}[31mred", "[31mred", "terminal"),
            ("tab\tand\nline\r\n", "tab\tand\nline\n", "line ends"), ("\u{202E}evil", "evil", "turned text"),
            ("naïve ✓ 😀", "naïve ✓ 😀", "everything else stays"), ("\u{FFFE}\u{FFFF}x", "x", "no characters"),
        ]
    )
    func escaping(_ text: String, _ expected: String, _ reason: String) {
        #expect(text.escapedForMarkup == expected, "\(reason)")
    }

    @Test("a cell of Markdown cannot leave its table")
    func markdownCell() {
        #expect("a|b\nc*d`<e>[f](g)".escapedForMarkdown == "a\\|b c\\*d\\`&lt;e&gt;\\[f\\](g)")
    }

    @Test("a path is written in relative steps of tenths, and rounding does not add up")
    func path() {
        var path = PathData()
        path.move(0, 10)
        for step in 1...30 { path.line(Double(step) / 3, 10) }
        path.line(10, 9.94)
        path.line(.nan, .infinity)
        #expect(path.text.hasPrefix("M0 10h.3h.4h.3"))
        let end = path.text.matches(of: /h(-?[0-9.]+)/).compactMap { Double($0.1) }.reduce(0, +)
        #expect(abs(end - 10) < 1e-9)
        #expect(!path.text.contains("n"))
    }
}

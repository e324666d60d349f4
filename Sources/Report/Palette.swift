/// The page's colours, each as a pair for a light and a dark page. Data colours are those of Okabe and Ito ("Color
/// Universal Design", 2008), a few moved in lightness where a dark page asks for it. Nothing is told by colour alone.
struct Colour: Sendable, Equatable {
    /// The CSS custom property, "--ink".
    let property: String
    /// "#rrggbb"
    let light: String
    let dark: String

    init(_ name: String, light: String, dark: String) {
        self.property = "--" + name
        self.light = light
        self.dark = dark
    }

    var css: String { "var(\(property))" }
}

enum Palette {
    static let paper = Colour("paper", light: "#ffffff", dark: "#15181b")
    static let panel = Colour("panel", light: "#f5f6f8", dark: "#1d2125")
    static let ink = Colour("ink", light: "#1b1e22", dark: "#e9ebee")
    static let muted = Colour("muted", light: "#565e67", dark: "#a7afb8")
    static let rule = Colour("rule", light: "#dfe3e8", dark: "#31373d")

    static let met = Colour("met", light: "#00694c", dark: "#62d2aa")
    static let metTint = Colour("met-tint", light: "#e4f3ed", dark: "#13271f")
    static let missed = Colour("missed", light: "#a63a00", dark: "#ff9d6b")
    static let missedTint = Colour("missed-tint", light: "#fcebe2", dark: "#321b10")
    static let inconclusive = Colour("inconclusive", light: "#6b5100", dark: "#ecc76c")
    static let inconclusiveTint = Colour("inconclusive-tint", light: "#f9f1d8", dark: "#2b2511")

    static let blue = Colour("blue", light: "#0072b2", dark: "#56b4e9")
    static let vermillion = Colour("vermillion", light: "#d55e00", dark: "#f0813a")
    static let purple = Colour("purple", light: "#b85c93", dark: "#d98fb9")
    static let green = Colour("green", light: "#009e73", dark: "#2fbf95")
    static let orange = Colour("orange", light: "#c98600", dark: "#e69f00")
    static let sky = Colour("sky", light: "#3a9ad4", dark: "#56b4e9")

    /// Few to many, one hue.
    static let heat: [Colour] = zip(
        ["#dce9f5", "#b7d2ea", "#88b5da", "#5893c6", "#2f70ad", "#164f89", "#082f5b"],
        ["#193148", "#1e4768", "#28618f", "#3c80b6", "#64a3d3", "#9dc7e8", "#dbedfa"]
    ).enumerated().map { Colour("heat\($0.offset)", light: $0.element.0, dark: $0.element.1) }

    static let all: [Colour] =
        [
            paper, panel, ink, muted, rule, met, metTint, missed, missedTint, inconclusive, inconclusiveTint,
            blue,
            vermillion, purple, green, orange, sky,
        ] + heat

    /// Text on ground: each must be readable, 4.5 to 1 (WCAG 1.4.3).
    static let textPairs: [(text: Colour, ground: Colour)] = [
        (ink, paper), (ink, panel), (muted, paper), (muted, panel), (met, paper), (met, metTint),
        (missed, paper),
        (missed, missedTint), (inconclusive, paper), (inconclusive, inconclusiveTint), (ink, metTint),
        (ink, missedTint), (ink, inconclusiveTint),
    ]

    /// Lines and areas on the page: 3 to 1 (WCAG 1.4.11).
    static let lines: [Colour] = [blue, vermillion, purple, green, orange, sky, ink]
}

/// How a curve or a band is told from the others: colour and dashes, hatching and its direction.
struct SeriesStyle: Sendable, Equatable {
    let colour: Colour
    /// SVG's stroke-dasharray; nil is a full line.
    let dash: String?

    static let baseline = SeriesStyle(colour: Palette.blue, dash: nil)
    static let recovery = SeriesStyle(colour: Palette.green, dash: "12 4")

    /// In the order in which faults first appear.
    static let faults: [SeriesStyle] = [
        SeriesStyle(colour: Palette.vermillion, dash: "7 3"),
        SeriesStyle(colour: Palette.purple, dash: "2 3"),
        SeriesStyle(colour: Palette.ink, dash: "9 3 2 3"),
        SeriesStyle(colour: Palette.orange, dash: "4 2"),
        SeriesStyle(colour: Palette.sky, dash: "1 3"),
    ]
}

import Decomposition

/// How a part is drawn. The client's and the server's parts are full, the way between them is hatched, and what waits is
/// dotted: readable in grey too.
struct SplitStyle: Sendable {
    let colour: Colour
    /// Of the ground below the lines.
    let opacity: Double
    /// In a square of 6; nil: plain.
    let lines: String?
    let angle: Int

    init(_ part: Part) {
        let upright = "M0 0V6"
        switch part {
        case .lateSend: self.init(Palette.muted, 0.15, "M1 1h.6v.6h-.6z", 0)
        case .client: self.init(Palette.blue, 1, nil, 0)
        case .clientQueue: self.init(Palette.vermillion, 0.3, upright, 0)
        case .networkOut: self.init(Palette.green, 0.25, upright, 45)
        case .server: self.init(Palette.purple, 0.85, nil, 0)
        case .networkBack: self.init(Palette.green, 0.25, upright, -45)
        case .restOfAnswer: self.init(Palette.green, 0.15, upright, 90)
        case .clientAgain: self.init(Palette.sky, 0.45, "M1 1h2v2h-2z", 0)
        }
    }

    private init(_ colour: Colour, _ opacity: Double, _ lines: String?, _ angle: Int) {
        (self.colour, self.opacity, self.lines, self.angle) = (colour, opacity, lines, angle)
    }

    static func fill(_ part: Part) -> String { "url(#part\(part.rawValue))" }
}

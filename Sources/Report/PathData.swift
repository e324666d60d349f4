/// The `d` attribute of an SVG path, in relative steps on a grid of tenths: short, and rounding never adds up.
struct PathData: Sendable {
    private(set) var text = ""
    /// Where the pen is, in tenths.
    private var x = 0
    private var y = 0

    var isEmpty: Bool { text.isEmpty }

    mutating func move(_ toX: Double, _ toY: Double) {
        let (nextX, nextY) = (Self.tenths(toX), Self.tenths(toY))
        text += "M\(Self.decimal(nextX))" + Self.next(nextY)
        (x, y) = (nextX, nextY)
    }

    mutating func line(_ toX: Double, _ toY: Double) {
        let (nextX, nextY) = (Self.tenths(toX), Self.tenths(toY))
        if nextY == y {
            text += "h" + Self.decimal(nextX - x)
        } else if nextX == x {
            text += "v" + Self.decimal(nextY - y)
        } else {
            text += "l" + Self.decimal(nextX - x) + Self.next(nextY - y)
        }
        (x, y) = (nextX, nextY)
    }

    /// A horizontal line of this length.
    mutating func run(_ fromX: Double, _ atY: Double, length: Double) {
        move(fromX, atY)
        line(fromX + length, atY)
    }

    mutating func rectangle(_ left: Double, _ top: Double, width: Double, height: Double) {
        move(left, top)
        line(left + width, top)
        line(left + width, top + height)
        line(left, top + height)
        close()
    }

    mutating func close() {
        text += "z"
        // The pen is back at the subpath's start; every shape here begins with a move, so it need not be known.
    }

    private static func tenths(_ value: Double) -> Int {
        value.isFinite ? Int((max(-1e6, min(1e6, value)) * 10).rounded()) : 0
    }

    private static func decimal(_ tenths: Int) -> String {
        let sign = tenths < 0 ? "-" : ""
        let (whole, fraction) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        if fraction == 0 { return "\(sign)\(whole)" }
        return whole == 0 ? "\(sign).\(fraction)" : "\(sign)\(whole).\(fraction)"
    }

    /// A second number: a minus sign separates by itself.
    private static func next(_ tenths: Int) -> String {
        let text = decimal(tenths)
        return text.hasPrefix("-") ? text : " " + text
    }
}

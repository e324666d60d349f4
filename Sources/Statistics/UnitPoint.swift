import Glibc

/// A point between 0 and 1 with its complement, each with full relative precision.
struct UnitPoint {
    let x: Double
    /// 1 - x.
    let y: Double

    static let zero = UnitPoint(x: 0, y: 1)
    static let one = UnitPoint(x: 1, y: 0)

    init(x: Double, y: Double) {
        self.x = x
        self.y = y
    }

    init(_ x: Double) {
        self.init(x: x, y: 1 - x)
    }

    /// logit = ln(x / y).
    init(logit: Double) {
        let small = exp(-abs(logit))
        let (least, most) = (small / (1 + small), 1 / (1 + small))
        self.init(x: logit < 0 ? least : most, y: logit < 0 ? most : least)
    }
}

/// Natural logarithms of P(X ≤ x) and P(X > x): far out, the probabilities themselves would be zero.
struct LogTails {
    let lower: Double
    let upper: Double

    init(lower: Double) {
        self.lower = min(lower, 0)
        self.upper = Self.complement(self.lower)
    }

    init(upper: Double) {
        self.upper = min(upper, 0)
        self.lower = Self.complement(self.upper)
    }

    var swapped: LogTails { LogTails(lower: upper, upper: lower) }

    private init(lower: Double, upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    /// ln(1 - e^log).
    private static func complement(_ log: Double) -> Double {
        log > -0.69 ? Glibc.log(-expm1(log)) : log1p(-exp(log))
    }
}

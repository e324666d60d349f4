/// Newton's method within a bracket: a step that leaves the bracket, or does not shrink it, is a bisection.
enum MonotoneRoot {
    /// The zero of an increasing (or, with `rising` false, decreasing) function. `function` gives value and slope; both
    /// may be infinite or not a number, which costs a bisection. At most 400 calls.
    static func find(
        from start: Double,
        in bracket: ClosedRange<Double>,
        rising: Bool,
        _ function: (Double) -> (value: Double, slope: Double)
    ) -> Double {
        var (low, high) = (bracket.lowerBound, bracket.upperBound)
        var point = min(max(start.isNaN ? (low + high) / 2 : start, low), high)
        var lastStep = high - low
        for round in 0..<400 {
            let (value, slope) = function(point)
            if value == 0 { return point }
            if (value < 0) == rising { low = point } else { high = point }
            let newton = point - value / slope
            let step = abs(newton - point)
            let fits = newton >= low && newton <= high && (step < 0.75 * lastStep || round < 8)
            let next = fits ? newton : low + (high - low) / 2
            lastStep = abs(next - point)
            if lastStep <= 1e-16 * abs(point) || next == low && next == high { return next }
            point = next
        }
        return point
    }
}

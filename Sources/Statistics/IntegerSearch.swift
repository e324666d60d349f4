/// The first integer for which something that stays true becomes true.
enum IntegerSearch {
    /// The smallest value in `range` that holds, or nil. Starts at the guess and doubles its stride, so a good guess
    /// makes few calls.
    static func first(in range: ClosedRange<Int>, near guess: Int, where holds: (Int) -> Bool) -> Int? {
        var (low, high) = (range.lowerBound, range.upperBound)
        let start = min(max(guess, low), high)
        var stride = 1
        if holds(start) {
            high = start
            while high > low {
                let (next, overflow) = start.subtractingReportingOverflow(stride)
                guard !overflow, next > low else { break }
                guard holds(next) else {
                    low = next + 1
                    break
                }
                high = next
                stride = stride.multipliedReportingOverflow(by: 2).overflow ? .max : stride * 2
            }
        } else {
            guard start < high else { return nil }
            low = start + 1
            while true {
                let (next, overflow) = start.addingReportingOverflow(stride)
                guard !overflow, next < high else {
                    guard holds(high) else { return nil }
                    break
                }
                if holds(next) {
                    high = next
                    break
                }
                low = next + 1
                stride = stride.multipliedReportingOverflow(by: 2).overflow ? .max : stride * 2
            }
        }
        while low < high {
            let middle = low + Int((UInt(bitPattern: high) &- UInt(bitPattern: low)) / 2)
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return high
    }
}

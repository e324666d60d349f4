package import Measures

/// Windows of equal length from time zero (guides: slo 2.1 "good minutes"): good when the share of good requests is at
/// least a threshold. A window without a request is neither good nor bad.
package struct AvailabilityByWindow: Sendable, Equatable {
    package let good: Int
    package let bad: Int
    package let noData: Int

    /// - Parameters:
    ///   - marks: in any order; marks at or after `end` are not counted.
    ///   - window: above zero. The last window is shorter when `end` is no multiple of it.
    ///   - threshold: share of good requests, 0 to 1, from which on a window is good.
    package init(of marks: [Mark], until end: Instant, window: Duration, threshold: Double) {
        let width = max(1, window.nanoseconds)
        let count = Int((max(0, end.nanoseconds) + width - 1) / width)
        var windows = Array(repeating: (due: 0, good: 0), count: count)
        for mark in marks where mark.at >= .zero && mark.at < end {
            let index = Int(mark.at.nanoseconds / width)
            windows[index].due += mark.count
            if mark.good { windows[index].good += mark.count }
        }
        let withData = windows.filter { $0.due > 0 }
        self.good = withData.count { Double($0.good) / Double($0.due) >= threshold }
        self.bad = withData.count - good
        self.noData = windows.count - withData.count
    }

    /// Good windows of those with data; nil when there are none.
    package var share: Double? {
        good + bad > 0 ? Double(good) / Double(good + bad) : nil
    }
}

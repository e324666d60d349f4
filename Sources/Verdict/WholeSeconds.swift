import Measures

extension Duration {
    /// Whole seconds that hold it: rounded up, 0 for negative times.
    var secondsUp: Int { Int((max(0, nanoseconds) + 999_999_999) / 1_000_000_000) }
}

import Measures

/// Bad requests of one load that were due before a fault began and ended after it had. By their intended start they belong
/// to what was before, but it was the fault that broke them, unless all was broken already.
struct RequestsUnderWay {
    /// Scheduled starts of faults, ascending. When they really began is known only at the end.
    private let starts: [Instant]
    private var spans: [(due: Instant, done: Instant)] = []

    /// A fault is not looked for further from its scheduled start than this.
    static let slack: Duration = .milliseconds(250)
    /// As many as connections and a queue before them hold; more are left where they are.
    static let most = 200_000

    init(faults starts: [Instant]) {
        self.starts = Array(Set(starts)).sorted()
    }

    mutating func add(due: Instant, done: Instant) {
        guard spans.count < Self.most, let next = starts.first(where: { $0 + Self.slack >= due }),
            next - Self.slack <= done
        else { return }
        spans.append((due, done))
    }

    /// When those were due that the fault found under way, not earlier than the window before it began.
    func due(before start: Instant, notBefore window: Instant?) -> [Instant] {
        spans.filter { span in
            span.due < start && span.done >= start && window.map { span.due >= $0 } ?? true
        }.map(\.due)
    }
}

package import Recording

/// Which stretch of time each fault acted, from what its hosts tell: begins with the first host's start and ends when the
/// last that began has ended. Pure: says what to send.
package struct AnnotatedFaults: Sendable {
    package enum Step: Sendable, Equatable {
        /// Milliseconds since 1970.
        case begin(fault: String, at: Int64)
        case end(fault: String, from: Int64, to: Int64)
    }

    private struct Stretch {
        var from: Int64
        var to: Int64
        var acting: Set<String>
        var isOver = false
    }

    private var stretches: [String: Stretch] = [:]

    /// Faults of one run that are marked.
    private static let most = 1000

    package init() {}

    /// - Parameter at: milliseconds since 1970.
    package mutating func add(_ event: InjectionEvent, on host: String, at: Int64) -> Step? {
        switch event.step {
        case .started:
            if stretches[event.fault] == nil {
                guard stretches.count < Self.most else { return nil }
                stretches[event.fault] = Stretch(from: at, to: at, acting: [host])
                return .begin(fault: event.fault, at: at)
            }
            stretches[event.fault]?.acting.insert(host)
            return nil
        case .ended, .healed:
            guard var stretch = stretches[event.fault], !stretch.isOver,
                stretch.acting.remove(host) != nil
            else { return nil }
            stretch.to = max(stretch.to, at)
            stretch.isOver = stretch.acting.isEmpty
            stretches[event.fault] = stretch
            return stretch.isOver ? .end(fault: event.fault, from: stretch.from, to: stretch.to) : nil
        case .armed, .verified, .failed: return nil
        }
    }

    /// The run is over: what was not told to have ended ends here.
    package mutating func finish(at: Int64) -> [Step] {
        let open = stretches.filter { !$0.value.isOver }.sorted { $0.key < $1.key }
        for (fault, _) in open { stretches[fault]?.isOver = true }
        return open.map { .end(fault: $0.key, from: $0.value.from, to: max($0.value.to, at)) }
    }
}

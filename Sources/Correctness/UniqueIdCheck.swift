/// Identifiers that were given out more than once.
package enum UniqueIdCheck {
    /// Each with how often it was given out, the most often first.
    package static func repeated(_ given: some Sequence<Int64>) -> [(id: Int64, times: Int)] {
        var times: [Int64: Int] = [:]
        for id in given { times[id, default: 0] += 1 }
        return times.filter { $0.value > 1 }.map { (id: $0.key, times: $0.value) }
            .sorted { ($1.times, $0.id) < ($0.times, $1.id) }
    }
}

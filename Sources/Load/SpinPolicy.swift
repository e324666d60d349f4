/// When the loop looks at sockets and clock without a pause instead of sleeping.
///
/// A thread that sleeps is awake some 30 to 90 µs after its timer or its event, most of it the processor's way out of its
/// idle state; and whoever wakes it, which is the target where it is on this host, pays for that. A host with one processor
/// sleeps always: the target may be on it.
struct SpinPolicy: Equatable {
    /// Before a due time, nanoseconds: costs up to `rate · before` of one core, which is kept to three fifths.
    let before: Int64
    /// After the last event, nanoseconds: where each outcome makes a request, the next event is near.
    let after: Int64

    /// What a timer is late by at p99 on a quiet host.
    private static let longest = 100_000.0
    private static let greatestShare = 0.6
    private static let linger: Int64 = 50_000

    /// - Parameters:
    ///   - perSecond: highest rate of the load; 0 or less: nothing is known of it.
    ///   - isGreedy: users ask again at once.
    init(perSecond: Double, isGreedy: Bool, processors: Int) {
        let isAlone = processors <= 1
        after = isGreedy && !isAlone ? Self.linger : 0
        before =
            isAlone || isGreedy || perSecond <= 0
            ? 0 : Int64(min(Self.longest, Self.greatestShare * 1e9 / perSecond))
    }
}

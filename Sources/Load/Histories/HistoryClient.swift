import Correctness
import LinuxSystem
import Measures
import Plan

/// One sequential client: an operation at a time, at its own pace. When it does not know what became of one, it goes on as
/// another client, since the operation may still be under way (as Jepsen's processes do).
struct HistoryClient {
    private let work: HistoryWork
    private let keys: StoreKeys
    private let place: Int
    private let clients: Int
    private let store: any StoreClient
    private var generator: SeededGenerator
    /// Between two operations, on average, nanoseconds.
    private let pace: Double
    private let key: String
    private var number: Int
    private var sequence: Int64 = 0
    /// Of the next operation, CLOCK_MONOTONIC.
    private(set) var due: Int64

    /// - Parameter place: among the history's clients, from 0.
    init(_ plan: HistoryPlan, keys: StoreKeys, place: Int, store: any StoreClient, seed: UInt64, zero: Int64)
    {
        work = plan.work
        self.keys = keys
        self.place = place
        clients = plan.work.clients
        self.store = store
        generator = SeededGenerator(seed: seed, stream: "history/\(plan.name)/\(place)")
        pace = Double(clients) / plan.perSecond * 1e9
        number = place + 1
        key =
            switch plan.work {
            case .registers(_, let perKey, _): "\(place / perKey + 1)"
            case .set: "set"
            case .list: "list"
            }
        due = zero + Int64(generator.unit() * pace)
    }

    /// The line that tells of it.
    mutating func step(_ clock: HistoryClock) -> String {
        let (operation, verb, asked) = next()
        let start = Clocks.monotonic()
        let answer = store.perform(operation)
        let end = Clocks.monotonic()
        due = max(end, due + Int64((0.5 + generator.unit()) * pace))
        let (outcome, value, reason): (InvocationOutcome, Int64?, String?) =
            switch answer {
            case .done, .values: (.ok, asked, nil)
            case .value(let value): (.ok, value, nil)
            case .failed(let why): (.failed, asked, why)
            case .unknown(let why): (.unknown, asked, why)
            }
        defer { if outcome == .unknown { number += clients } }
        let span = clock.span(from: start, to: end)
        return HistoryLine.operation(
            verb,
            key: key,
            value: value,
            client: number,
            start: span.start,
            end: span.end,
            bound: span.bound,
            outcome: outcome,
            reason: reason
        )
    }

    private mutating func next() -> (StoreOperation, HistoryEntry.Verb, Int64?) {
        if case .registers(_, _, let reads) = work, generator.unit() < reads.double {
            return (.read(key: keys.text(key)), .read, nil)
        }
        // Never twice in a history: the client's place before its ninth digit from the right, its count behind.
        sequence += 1
        let value = Int64(place + 1) * 1_000_000_000 + sequence
        guard case .registers = work else { return (.add(key: keys.text(key), value), .add, value) }
        return (.write(key: keys.text(key), value), .write, value)
    }
}

/// Keys that no other run uses, so that nothing stands there before.
struct StoreKeys: Sendable {
    let run: String
    let history: String

    func text(_ key: String) -> String { "faultline:\(run):\(history):\(key)" }
}

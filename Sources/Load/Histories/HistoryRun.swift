import Correctness
import LinuxSystem
package import Measures
package import Plan
import Synchronization

/// What a history has to tell since the last time.
package struct HistoryBatch: Sendable {
    package let history: String
    /// Whole lines as `HistoryFile` reads them.
    package let lines: String
    /// Nothing follows.
    package let isLast: Bool
}

/// The clients of one history, each on a thread of its own, from their first operation to the last look at what is there.
package final class HistoryRun: Sendable {
    private let plan: HistoryPlan
    private let addresses: StoreAddresses
    private let keys: StoreKeys
    private let seed: UInt64
    /// Of all of the history's clients, those that are this host's.
    private let places: [Int]
    private let zero: Int64
    private let end: Int64
    private let clock: HistoryClock
    private let sink: @Sendable (HistoryBatch) async -> Void
    private let lines = Mutex("")
    private let stopping: Wakeup
    private let running: Atomic<Int>
    private let isOver = Atomic(false)
    private let writer = Mutex<Task<Void, Never>?>(nil)

    /// Found things are looked for at most this long after the last operation.
    private static let lookingAround = Duration.seconds(5)
    /// Beyond a time-out, until the clients of other hosts have surely had their last answers.
    private static let settling = Duration.milliseconds(300)

    /// From the run's end until all of it is told, at most.
    package static func mostAfterEnd(_ plan: HistoryPlan) -> Duration {
        plan.store.timeout + settling + lookingAround
    }

    /// Of one message, bytes.
    private static let mostTold = 1 << 18

    /// Blocks while names are looked up.
    ///
    /// - Parameters:
    ///   - run: the run's name, which no other has.
    ///   - axisZero: the instant of CLOCK_MONOTONIC that is the run's zero, as far as is known now.
    ///   - end: no operation begins at or after it.
    ///   - clock: what the lines' times are of; nil: of this host's clock alone, since `axisZero`.
    ///   - sink: gets lines a few times a second and at the end, in order, never two at once.
    package init(
        plan: HistoryPlan,
        run: String,
        seed: UInt64,
        axisZero: Int64,
        end: Instant,
        clock: HistoryClock? = nil,
        sink: @escaping @Sendable (HistoryBatch) async -> Void
    ) throws(LoadError) {
        self.plan = plan
        addresses = try StoreAddresses(plan.store)
        keys = StoreKeys(run: run, history: plan.name)
        self.seed = seed
        zero = axisZero
        self.end = axisZero + end.nanoseconds
        self.clock = clock ?? .own(zero: axisZero)
        places = plan.share.own(of: plan.work.clients)
        self.sink = sink
        running = Atomic(places.count)
        do {
            stopping = try Wakeup()
        } catch {
            throw LoadError("load.no-resources", "The history cannot start: \(error.message)", cause: error)
        }
    }

    package func start() throws(LoadError) {
        for place in places {
            do throws(SystemError) {
                // Not joined: it ends by itself.
                _ = try PinnedThread(name: "history \(place)") { [self] in
                    follow(place)
                    // The last one looks at what is there.
                    if running.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
                        lookAround()
                        isOver.store(true, ordering: .releasing)
                    }
                }
            } catch {
                stop()
                throw LoadError(
                    "load.no-resources",
                    "The history cannot start: \(error.message)",
                    cause: error
                )
            }
        }
        writer.withLock { $0 = Task { [self] in await write() } }
    }

    /// No operation begins any more; what is under way is waited for within its time-out.
    package func stop() { stopping.signal() }

    /// Waits for the end, the last call of the sink included.
    package var finished: Void {
        get async { await writer.withLock { $0 }?.value }
    }

    private func follow(_ place: Int) {
        var client = HistoryClient(
            plan,
            keys: keys,
            place: place,
            store: addresses.client(place),
            seed: seed,
            zero: zero
        )
        while client.due < end {
            // Nobody takes the readiness away, so it stops them all.
            if StoreSocket.sleep(until: client.due, orReadable: stopping.number) { return }
            let line = client.step(clock)
            lines.withLock { $0 += line }
        }
    }

    /// By one of the hosts, when no other's client can be answered any more: what is acknowledged later is not missed.
    private func lookAround() {
        guard plan.share.place == 0 else { return }
        let (key, isSet) =
            switch plan.work {
            case .registers: ("", false)
            case .set: ("set", true)
            case .list: ("list", true)
            }
        guard isSet else { return }
        if !plan.share.isWhole {
            let settled = end + (plan.store.timeout + Self.settling).nanoseconds
            _ = StoreSocket.sleep(until: settled, orReadable: stopping.number)
        }
        let store = addresses.client(0)
        let deadline = Clocks.monotonic() + Self.lookingAround.nanoseconds
        repeat {
            let began = Clocks.monotonic()
            if case .values(let values) = store.perform(.readAll(key: keys.text(key))) {
                let span = clock.span(from: began, to: began)
                let found =
                    values.map { HistoryLine.found($0, key: key) }
                    + [HistoryLine.looked(key: key, at: span.start, bound: span.bound)]
                lines.withLock { $0 += found.joined() }
                return
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 100_000_000)
        } while Clocks.monotonic() < deadline
    }

    private func write() async {
        while !isOver.load(ordering: .acquiring) {
            try? await Task.sleep(for: .milliseconds(200))
            await tell()
        }
        await tell()
        await sink(HistoryBatch(history: plan.name, lines: "", isLast: true))
    }

    private func tell() async {
        var rest = lines.withLock { lines in
            defer { lines = "" }
            return Array(lines.utf8)
        }[...]
        while !rest.isEmpty {
            // Messages have a limit: up to the last line end within it.
            var part = rest.prefix(Self.mostTold)
            if part.count < rest.count, let end = part.lastIndex(of: 0x0a) { part = part[...end] }
            rest = rest[part.endIndex...]
            await sink(
                HistoryBatch(history: plan.name, lines: String(decoding: part, as: UTF8.self), isLast: false)
            )
        }
    }
}

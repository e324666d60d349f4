import Correctness
import Glibc
import LinuxSystem
import Load
import Measures
import Plan
import Synchronization
import Testing

/// Clients whose operations are recorded, against a real Redis.
@Suite(
    .serialized,
    .timeLimit(.minutes(1)),
    .enabled(if: DataServer.hasRedis, "redis-server is missing: apt-get install redis-server")
)
struct HistoryRunTests {
    private static func plan(_ port: UInt16, _ work: HistoryWork, perSecond: Double = 400) -> HistoryPlan {
        let finding = RedisStorePlan.Finding.server(ServerAddress(host: "127.0.0.1", port: port))
        return HistoryPlan(
            name: "trial",
            senders: LoadSenders(LoadPlan.thisHost),
            store: .redis(RedisStorePlan(finding: finding, timeout: .milliseconds(300))),
            work: work,
            perSecond: perSecond
        )
    }

    /// What it records in this time; `meanwhile` runs beside it.
    private static func record(
        _ plan: HistoryPlan,
        for length: Duration,
        run name: String = "test-\(UInt32.random(in: 0 ... .max))",
        clock: HistoryClock? = nil,
        meanwhile: () async throws -> Void = {}
    ) async throws -> HistoryFile {
        let text = Mutex("")
        let told = Atomic(0)
        let run = try HistoryRun(
            plan: plan,
            run: name,
            seed: 7,
            axisZero: Clocks.monotonic(),
            end: Instant(length),
            clock: clock
        ) { batch in
            text.withLock { $0 += batch.lines }
            if batch.isLast { told.add(1, ordering: .relaxed) }
        }
        try run.start()
        try await meanwhile()
        await run.finished
        #expect(told.load(ordering: .relaxed) == 1)
        return try HistoryFile(Array(text.withLock { $0 }.utf8), name: "trial")
    }

    @Test(
        "clients of two hosts share one history: each line is known to its clock's bound, and one host looks at the end"
    )
    func shared() async throws {
        let server = try DataServer.redis()
        let whole = HistoryPlan(
            name: "trial",
            senders: LoadSenders(hosts: ["near", "far"], weights: [1, 1]),
            store: Self.plan(server.port, .set(clients: 5)).store,
            work: .set(clients: 5),
            perSecond: 400
        )
        let zero = Clocks.monotonic()
        let parts = try ["near", "far"].map { try #require(whole.part(of: $0)) }
        async let near = Self.record(
            parts[0],
            for: .seconds(1),
            run: "test-shared-\(zero)",
            clock: .bounded { _ in -zero - 1_000 ... -zero + 1_000 }
        )
        async let far = Self.record(
            parts[1],
            for: .seconds(1),
            run: "test-shared-\(zero)",
            clock: .bounded { _ in -zero - 5_000_000 ... -zero + 7_000_000 }
        )
        let (first, second) = (try await near.entries, try await far.entries)
        #expect(first.allSatisfy { $0.bound == 1_000 || $0.verb == .found && $0.value != nil })
        #expect(second.allSatisfy { $0.bound == 6_000_000 && $0.verb == .add })
        let added = (first + second).filter { $0.verb == .add }
        #expect(Set(first.map(\.client)).isDisjoint(with: Set(second.map(\.client))))
        #expect(added.count > 200 && Set(added.compactMap(\.value)).count == added.count)
        let found = first.filter { $0.verb == .found }.compactMap(\.value)
        #expect(Set(found) == Set(added.compactMap(\.value)))
        let last = try #require(added.map(\.end).max())
        #expect(first.contains { $0.verb == .found && $0.value == nil && $0.start > last })
    }

    @Test("what clients of one Redis see is linearizable, and each writes what nobody else does")
    func registers() async throws {
        let server = try DataServer.redis()
        let plan = Self.plan(server.port, .registers(keys: 5, clientsPerKey: 3, reads: Share("50%") ?? .one))
        let history = try await Self.record(plan, for: .seconds(2))
        let judgement = try HistoryJudgement(history, as: .register)
        #expect(judgement.state == .holds)
        #expect(judgement.keys == 5)
        #expect(history.entries.count > 200)
        #expect(history.entries.allSatisfy { $0.outcome == .ok })
        let written = history.entries.filter { $0.verb == .write }.compactMap(\.value)
        #expect(Set(written).count == written.count)
        #expect(history.entries.contains { $0.verb == .read && $0.value != nil })
        // One at a time: whoever waits for an answer does nothing else.
        for (_, own) in Dictionary(grouping: history.entries, by: \.client) {
            for (first, second) in zip(own, own.dropFirst()) { #expect(first.end <= second.start) }
        }
    }

    @Test("all that a set or a list acknowledged is found in it", arguments: [true, false])
    func elements(isList: Bool) async throws {
        let server = try DataServer.redis()
        let plan = Self.plan(server.port, isList ? .list(clients: 4) : .set(clients: 4))
        let history = try await Self.record(plan, for: .seconds(1))
        let added = history.entries.filter { $0.verb == .add }
        let found = history.entries.filter { $0.verb == .found }.compactMap(\.value)
        #expect(added.count > 100)
        #expect(Set(found) == Set(added.compactMap(\.value)))
        #expect(found.count == added.count)
        #expect(try HistoryJudgement(history, as: .set).state == .holds)
    }

    @Test("what a server that stands still was asked is unknown, and its client goes on as another")
    func unknown() async throws {
        let server = try DataServer.redis()
        let history = try await Self.record(
            Self.plan(server.port, .registers(keys: 2, clientsPerKey: 2, reads: Share("50%") ?? .one)),
            for: .seconds(3)
        ) {
            try await Task.sleep(for: .seconds(1))
            server.signal(SIGSTOP)
            try await Task.sleep(for: .seconds(1))
            server.signal(SIGCONT)
        }
        let writes = history.entries.filter { $0.verb == .write }
        let unknown = writes.filter { $0.outcome == .unknown }
        #expect(!unknown.isEmpty)
        #expect(unknown.allSatisfy { $0.end == .max })
        for entry in unknown {
            let later = history.entries.filter { $0.client == entry.client && $0.start > entry.start }
            #expect(later.isEmpty)
        }
        // Reads without an answer had no effect.
        #expect(history.entries.allSatisfy { $0.verb == .write || $0.outcome != .unknown })
        #expect(try HistoryJudgement(history, as: .register).state == .holds)
    }

    @Test("where nobody listens, all fails for certain, and the set is known not to have been read")
    func refused() async throws {
        let server = try DataServer.redis()
        let port = server.port
        server.signal(SIGKILL)
        let history = try await Self.record(
            Self.plan(port, .set(clients: 2), perSecond: 50),
            for: .seconds(1)
        )
        #expect(!history.entries.isEmpty)
        #expect(history.entries.allSatisfy { $0.verb == .add && $0.outcome == .failed })
        #expect(try HistoryJudgement(history, as: .set).state == .undecided)
    }

    @Test("a store that forgets what it acknowledged is found out")
    func forgetful() async throws {
        let server = try DataServer.redis()
        let history = try await Self.record(Self.plan(server.port, .set(clients: 4)), for: .seconds(2)) {
            try await Task.sleep(for: .seconds(1))
            // A restart without a disk, in one command.
            try server.command("FLUSHALL")
        }
        let judgement = try HistoryJudgement(history, as: .set)
        #expect(judgement.state == .violated)
        #expect(judgement.findings.first?.contains("lost of") == true)
    }
}

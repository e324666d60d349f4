import Foundation
import Glibc
import LinuxSystem
import Measures
import Recording
import Synchronization
import Testing

@testable import Load

/// A path that swallows packets in silence, for a while: nftables drops one port's packets on the loopback.
@Suite(.serialized, .enabled(if: LoadDrop.isPossible, "needs root and nft: apt-get install nftables"))
struct SwallowedPathTests {
    @Test("a path that comes back is noticed by a fresh attempt, not when all old ones have timed out")
    func comesBack() async throws {
        let server = try RawServer { _, _ in .ok() }
        defer { server.end() }
        let port = server.port
        let arrivals = LoadBench.steady(400, count: 2_400)
        let back = Mutex(Int64.max)
        let bench = LoadBench(port: port, timeout: .milliseconds(500), connections: 50)
        let result = try await bench.run(arrivals) { zero, _ in
            do {
                Clocks.sleepUntil(monotonic: zero + 2_000_000_000)
                let drop = try LoadDrop(port: port)
                Clocks.sleepUntil(monotonic: zero + 4_200_000_000)
                drop.end()
                back.withLock { $0 = Clocks.monotonic() - zero }
            } catch {
                Issue.record(error)
            }
        }
        #expect(result.exchanges.map(\.intended) == arrivals)
        let answered = Outcome.answered(status: 200)
        func between(_ from: Double, _ to: Double) -> [Exchange] {
            result.exchanges.filter { from <= $0.intended.seconds && $0.intended.seconds < to }
        }
        #expect(between(0, 1.95).allSatisfy { $0.outcome == answered })
        let during = between(2.1, 3.65)
        let silent: Set<Outcome> = [.timedOut, .notConnected, .dropped]
        #expect(during.allSatisfy { silent.contains($0.outcome) && $0.responseTime >= .milliseconds(500) })
        let returned = Double(back.withLock { $0 }) / 1e9
        let after = between(returned, returned + 1)
        #expect(after.count > 300 && after.allSatisfy { $0.outcome == answered })
        // All attempts together would be noticed up to 500 ms late: then 200 requests wait, not these few.
        let slow = after.count { $0.responseTime > .milliseconds(60) }
        #expect(slow * 10 <= after.count, "\(slow) of \(after.count) waited for a connection")
    }
}

/// A table of its own that drops what comes from and to a port; gone with `end`.
private struct LoadDrop {
    static let isPossible = getuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")

    private let table: String

    init(port: UInt16) throws {
        table = "fl_test_\(getpid())_\(port)"
        try Self.nft(
            "table inet \(table) { chain incoming { type filter hook input priority 0; "
                + "iif lo tcp dport \(port) drop; iif lo tcp sport \(port) drop; }; }"
        )
    }

    func end() {
        do { try Self.nft("delete table inet \(table)") } catch { Issue.record(error) }
    }

    private static func nft(_ text: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nft")
        process.arguments = [text]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw LoadTestFailure(reason: "nft refused: \(text)") }
    }
}

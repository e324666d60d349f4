import Foundation
import Keys
import LinuxSystem
import Measures
import Processes
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Who does not show who he is takes little of an agent, and keeps nobody out.
@Suite(.serialized, .requiresRoot) struct StrangerTests {
    /// Connections that say nothing, or a part of what was recorded.
    private final class Strangers {
        private var numbers: [Int32] = []

        func knock(_ port: UInt16, saying bytes: [UInt8] = []) throws {
            let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
            guard number >= 0 else { throw SystemError("socket", errno: errno) }
            numbers.append(number)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            try SystemError.check("connect") {
                withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
            }
            guard !bytes.isEmpty else { return }
            _ = send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }

        /// How many the agent has closed.
        var closed: Int {
            numbers.count { number in
                // What it said before is of no interest.
                var bytes = [UInt8](repeating: 0, count: 16384)
                var count = 1
                while count > 0 { count = recv(number, &bytes, bytes.count, Int32(MSG_DONTWAIT)) }
                return count == 0 || (count < 0 && errno != EAGAIN)
            }
        }

        deinit { for number in numbers { close(number) } }
    }

    private func sockets(of process: ProcessHandle) throws -> Int {
        let folder = "/proc/\(process.pid)/fd"
        return try Directory.entries(folder).count {
            Directory.linkTarget("\(folder)/\($0)")?.hasPrefix("socket:") == true
        }
    }

    /// More descriptors than a shell gives.
    private func raiseLimit() {
        var limit = rlimit(rlim_cur: 20_000, rlim_max: 20_000)
        var now = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &now)
        limit.rlim_max = max(now.rlim_max, limit.rlim_max)
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    @Test(arguments: [500, 10_000]) func halfOpenConnectionsKeepNobodyOut(_ count: Int) async throws {
        raiseLimit()
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let before = try sockets(of: settlement.agent)
            let strangers = Strangers()
            for number in 0..<count {
                try strangers.knock(settlement.port)
                guard number % 250 == 249 else { continue }
                // While they come.
                #expect(try await settlement.call(keys: keys) == nil)
            }
            let limits = CallerLimits()
            let patience = Clocks.monotonic() + 20_000_000_000
            while strangers.closed < count - limits.strangers, Clocks.monotonic() < patience {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
            }
            #expect(strangers.closed >= count - limits.strangers)
            #expect(try sockets(of: settlement.agent) <= before + limits.strangers + 8)
            // The last ones have their time, and no more.
            while strangers.closed < count, Clocks.monotonic() < patience + 20_000_000_000 {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
            }
            #expect(strangers.closed == count)
            #expect(try await settlement.call(keys: keys) == nil)
            // Lines are bounded, and say how many were left out.
            let lines = settlement.log.split(separator: "\n").count { $0.contains("is refused") }
            #expect(lines < 200, "\(lines) lines")
            try settlement.nothingWasTouched()
        }
    }

    @Test func whatWasRecordedIsWorthNothingASecondTime() async throws {
        try await Settlement.with { settlement in
            let keys = try settlement.key(.coordinator, "laptop")
            let recorder = try RecordingRelay(to: settlement.port)
            defer { recorder.stop() }
            // A real call, refused for what it asks and not for who asks: it reaches the agent's service.
            var through = settlement
            through.port = recorder.port
            let words = try await through.call(keys: keys, opening: true)
            #expect(words?.contains("lease") == true, "\(words ?? "answered")")
            let scene = settlement
            let opened = { try scene.audit().count { $0.action == "openRun" && $0.outcome == "asked" } }
            #expect(try opened() == 1)
            let recorded = recorder.heard
            #expect(recorded.count > 1000)
            let strangers = Strangers()
            for _ in 0..<3 { try strangers.knock(settlement.port, saying: recorded) }
            settlement.logSays("is refused:")
            let patience = Clocks.monotonic() + 20_000_000_000
            while strangers.closed < 3, Clocks.monotonic() < patience {
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
            }
            #expect(strangers.closed == 3)
            #expect(try opened() == 1, "a replayed call was served")
        }
    }

    @Test func nonsenseIsNoCall() async throws {
        try await Settlement.with { settlement in
            var random = SystemRandomNumberGenerator()
            let strangers = Strangers()
            for number in 0..<300 {
                var bytes = (0..<Int.random(in: 1...600, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                // Like a TLS record, or a client hello, as far as the first bytes go.
                if number % 2 == 0 { bytes.replaceSubrange(0..<min(3, bytes.count), with: [22, 3, 1]) }
                try strangers.knock(settlement.port, saying: bytes)
            }
            let keys = try settlement.key(.coordinator, "laptop")
            #expect(try await settlement.call(keys: keys) == nil)
            try settlement.nothingWasTouched()
        }
    }
}

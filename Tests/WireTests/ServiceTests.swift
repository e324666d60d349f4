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

/// What a service manager hears of a real agent.
@Suite(.serialized, .requiresRoot) struct ServiceTests {
    /// A manager's datagram socket without a file.
    private final class Manager {
        let name = "@fl-manager-\(UUID().uuidString)"
        private let number: Int32

        init() throws {
            number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            var bytes = Array(name.utf8)
            bytes[0] = 0
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let (number, length) = (number, socklen_t(2 + bytes.count))
            try SystemError.check("bind") {
                withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
                }
            }
        }

        deinit { close(number) }

        /// What came within this time.
        func hear(for seconds: Double, until word: String? = nil) -> [String] {
            let end = Clocks.monotonic() + Int64(seconds * 1e9)
            var heard: [String] = []
            var bytes = [UInt8](repeating: 0, count: 4096)
            while Clocks.monotonic() < end {
                let count = recv(number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
                guard count >= 0 else {
                    Clocks.sleepUntil(monotonic: Clocks.monotonic() + 5_000_000)
                    continue
                }
                heard += String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(
                    String.init
                )
                if let word, heard.contains(where: { $0.hasPrefix(word) }) { break }
            }
            return heard
        }
    }

    @Test func itIsReadyWhenItListensAndStopsWhenTold() async throws {
        let manager = try Manager()
        try await Settlement.with(environment: ["NOTIFY_SOCKET": manager.name]) { settlement in
            let heard = manager.hear(for: 20, until: "STATUS=idle")
            #expect(heard.contains("READY=1"), "\(heard)")
            #expect(!heard.contains("WATCHDOG=1"))
            _ = try settlement.agent.signal(SIGTERM)
            let last = manager.hear(for: 20, until: "STOPPING=1")
            #expect(last.contains("STOPPING=1"), "\(last)")
            settlement.isToldToEnd = true
        }
    }

    @Test func theWatchdogIsFedOnlyWhileTheAgentWorks() async throws {
        let manager = try Manager()
        // A manager's patience of four seconds: fed each second.
        let environment = ["NOTIFY_SOCKET": manager.name, "WATCHDOG_USEC": "4000000"]
        try await Settlement.with(environment: environment) { settlement in
            #expect(manager.hear(for: 20, until: "WATCHDOG=1").contains("WATCHDOG=1"))
            #expect(manager.hear(for: 6, until: "WATCHDOG=1").contains("WATCHDOG=1"), "once is not enough")
            // Its guardians are ended until it gets no more; it lives, and its timers run.
            let patience = Clocks.monotonic() + 60_000_000_000
            while !settlement.log.contains("no guardian"), Clocks.monotonic() < patience {
                for child in ProcessTable.current().descendants(of: [settlement.agent.pid]) {
                    _ = try? ProcessHandle.open(child.identity).signal(SIGKILL)
                }
                Clocks.sleepUntil(monotonic: Clocks.monotonic() + 50_000_000)
            }
            #expect(settlement.agent.isAlive)
            _ = manager.hear(for: 20, until: "STATUS=does not work")
            let after = manager.hear(for: 5)
            #expect(!after.contains("WATCHDOG=1"), "\(after)")
            settlement.logSays("the watchdog is not fed")
        }
    }
}

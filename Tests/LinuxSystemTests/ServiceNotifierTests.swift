import Foundation
import LinuxSystem
import Measures
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// What systemd would hear on its socket.
struct ServiceNotifierTests {
    /// A manager's socket, with a file or without ("@name").
    private final class Manager {
        let number: Int32
        let name: String

        init(_ name: String) throws {
            self.name = name
            number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC, 0)
            var bytes = Array(name.utf8)
            let isAbstract = bytes.first == UInt8(ascii: "@")
            if isAbstract { bytes[0] = 0 }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
            let length = socklen_t(2 + bytes.count + (isAbstract ? 0 : 1))
            let number = number
            try SystemError.check("bind") {
                withUnsafePointer(to: &address) {
                    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, length) }
                }
            }
        }

        deinit { close(number) }

        func hear() -> String? {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
        }
    }

    @Test(arguments: ["file", "abstract"]) func aManagerHearsEveryWord(_ kind: String) throws {
        let unique = UUID().uuidString
        let name = kind == "file" ? "/tmp/fl-notify-\(unique)" : "@fl-notify-\(unique)"
        defer { unlink(name) }
        let manager = try Manager(name)
        let notifier = try #require(
            ServiceNotifier(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "30000000"], pid: 7)
        )
        #expect(notifier.watchdog == .seconds(30))
        #expect(notifier.say("READY=1", "STATUS=two\nlines"))
        // A line that came from elsewhere makes no second word.
        #expect(manager.hear() == "READY=1\nSTATUS=two lines")
        #expect(manager.hear() == nil)
    }

    @Test func nobodyToHearIsNoError() throws {
        #expect(ServiceNotifier(environment: [:], pid: 7) == nil)
        for name in ["", "vsock:2:1", "relative", "/", "@", "/" + String(repeating: "a", count: 120)] {
            #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": name], pid: 7) == nil, "\(name)")
        }
        let notifier = try #require(
            ServiceNotifier(environment: ["NOTIFY_SOCKET": "/tmp/fl-nobody-\(UUID().uuidString)"], pid: 7)
        )
        #expect(!notifier.say("READY=1"))
    }

    @Test(
        arguments: [
            ("0", "7", nil), ("-5", "7", nil), ("x", "7", nil), ("1000000", "8", nil),
            ("1000000", "7", Duration.seconds(1)),
        ] as [(String, String, Duration?)]
    )
    func aWatchdogIsFedOnlyWhenItIsOurs(_ microseconds: String, _ pid: String, _ limit: Duration?) throws {
        let notifier = try #require(
            ServiceNotifier(
                environment: [
                    "NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": microseconds, "WATCHDOG_PID": pid,
                ],
                pid: 7
            )
        )
        #expect(notifier.watchdog == limit)
    }
}

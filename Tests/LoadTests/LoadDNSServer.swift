import Foundation
import Glibc
import LinuxSystem

/// A real dnsmasq of this test's own on 127.0.0.1. Killed with its owner.
final class LoadDNSServer {
    static let path = "/usr/sbin/dnsmasq"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: path)

    let port: UInt16
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "faultline-dns-\(UUID().uuidString)"
    )
    private var process: Process?

    init() throws {
        port = try LoadNginx.freePort()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Not /dev/null: there are machines on which that is a file with what others have thrown away.
        try Data().write(to: folder.appending(path: "empty.conf"))
        try start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Returns when it listens, 5 s at most.
    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.path)
        // A large record: over UDP it is cut.
        let text = String(repeating: "x", count: 250)
        process.arguments = [
            "--keep-in-foreground", "--conf-file=\(folder.path)/empty.conf", "--pid-file=", "--user=root",
            "--port=\(port)",
            "--listen-address=127.0.0.1", "--bind-interfaces", "--no-resolv", "--no-hosts", "--local=/test/",
            "--host-record=web.test,192.0.2.7,2001:db8::7",
            "--txt-record=large.test,\(text),\(text),\(text),\(text),\(text),\(text),\(text),\(text)",
        ]
        let words = folder.appending(path: "stderr")
        try Data().write(to: words)
        process.standardError = try FileHandle(forWritingTo: words)
        try process.run()
        self.process = process
        let deadline = Clocks.monotonic() + 5_000_000_000
        while process.isRunning, Clocks.monotonic() < deadline {
            if LoadNginx.accepts(port) { return }
            usleep(200)
        }
        let said = (try? String(contentsOf: words, encoding: .utf8)) ?? ""
        throw LoadTestFailure(reason: "dnsmasq does not listen on port \(port), after 5 s at most: \(said)")
    }

    func signal(_ number: Int32) {
        guard let process, process.isRunning else { return }
        Glibc.kill(process.processIdentifier, number)
    }

    func kill() {
        signal(SIGKILL)
        process?.waitUntilExit()
        process = nil
    }
}

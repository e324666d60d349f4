import Glibc
import LinuxSystem
import Processes
import Systemd
import TestSupport
import Testing

/// A dbus-daemon of a test's own, and on it what plays systemd.
struct OwnBus: Sendable {
    let folder: String
    private let daemon: ProcessHandle

    var socket: String { "\(folder)/bus" }
    /// What was asked of the stand-in, a line each: "StartUnit done.service replace".
    var calls: [String] {
        ((try? FileContents.text("\(folder)/calls")) ?? "").split(separator: "\n").map(String.init)
    }

    static let python = "/usr/bin/python3"

    /// What is missing for it here; nil: nothing.
    static let missing: String? = {
        let needed = [
            "/usr/bin/dbus-daemon", python, "/usr/lib/python3/dist-packages/dbus/__init__.py",
            "/usr/lib/python3/dist-packages/gi/__init__.py",
        ]
        return needed.first { access($0, R_OK) != 0 }
    }()

    /// `delay`: nil: nobody plays systemd; otherwise how long the bus is there without it.
    static func with<Result>(standInAfter delay: Duration? = .zero, _ body: (OwnBus) throws -> Result) throws
        -> Result
    {
        try withFolder { folder in
            let bus = try OwnBus(folder)
            defer { bus.daemon.end() }
            guard let delay else { return try body(bus) }
            let standIn = try bus.startStandIn(after: delay)
            defer { standIn.end() }
            if delay == .zero { try #require(Self.eventually { access("\(folder)/ready", F_OK) == 0 }) }
            return try body(bus)
        }
    }

    private init(_ folder: String) throws {
        self.folder = folder
        let configuration = """
            <busconfig><listen>unix:path=\(folder)/bus</listen><auth>EXTERNAL</auth><policy context="default">
            <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
            </policy></busconfig>

            """
        try FileContents.writeAtomically(Array(configuration.utf8), to: "\(folder)/conf", sync: false)
        daemon = try Spawner.spawn(
            Command(
                ["/usr/bin/dbus-daemon", "--config-file=\(folder)/conf", "--nofork", "--nopidfile"],
                log: "\(folder)/log"
            )
        )
        let path = "\(folder)/bus"
        try #require(Self.eventually { UnixSocket.isListening(path) }, "see \(path)")
    }

    private func startStandIn(after delay: Duration) throws -> ProcessHandle {
        let wait = delay == .zero ? "" : "import time; time.sleep(\(delay.components.seconds))\n"
        return try Spawner.spawn(
            Command(
                [Self.python, "-c", wait + StandIn.script, socket, folder, "\(daemon.pid)"],
                log: "\(folder)/log"
            )
        )
    }

    /// Within ten seconds.
    static func eventually(_ condition: () -> Bool) -> Bool {
        let patience = Clocks.monotonic() + 10_000_000_000
        while Clocks.monotonic() < patience {
            if condition() { return true }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 10_000_000)
        }
        return condition()
    }
}

extension ProcessHandle {
    /// At once; reaped.
    func end() {
        _ = try? signal(SIGKILL)
        _ = wait(for: .seconds(5))
    }
}

extension Trait where Self == ConditionTrait {
    static var needsBus: Self { .enabled(if: OwnBus.missing == nil, "there is no \(OwnBus.missing ?? "")") }
}

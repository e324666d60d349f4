import LinuxSystem
import Measures

/// Systemd, asked over D-Bus. Each call has a connection of its own, on the caller's thread, which waits.
package struct UnitManager: Sendable {
    private let sockets: [String]
    private let patience: Duration
    private let library: String

    /// `sockets`: of message buses; the first with systemd on it counts. Process 1's own view of the files is for an agent in
    /// a container that sees the host's processes. `patience`: systemd itself gives a unit 90 s, unless told otherwise.
    package init(
        sockets: [String] = ["/run/dbus/system_bus_socket", "/proc/1/root/run/dbus/system_bus_socket"],
        patience: Duration = .seconds(90),
        library: String = "libsystemd.so.0"
    ) {
        self.sockets = sockets
        self.patience = patience
        self.library = library
    }

    /// Errors: it could not be asked; `.no-library`, `.no-bus`.
    package func check() throws(SystemdError) {
        _ = try connect(within: shortly)
    }

    /// Whether it would start this unit, which runs, for us. Starting it is what tells: it changes nothing, and nothing else is
    /// started along with it. Asked before a unit is ended, which would then stay down.
    package func check(running unit: String) throws(SystemdError) {
        try run("StartUnit", "start", unit, mode: "ignore-dependencies", within: shortly)
    }

    /// Like `systemctl start UNIT`; a unit that runs is left as it is. Back when it runs.
    package func start(_ unit: String) throws(SystemdError) {
        try run("StartUnit", "start", unit, mode: "replace", within: patience)
    }

    /// Like `systemctl restart UNIT`. Back when it runs again.
    package func restart(_ unit: String) throws(SystemdError) {
        try run("RestartUnit", "restart", unit, mode: "replace", within: patience)
    }

    private var shortly: Duration { min(patience, .seconds(5)) }

    private func run(
        _ method: String,
        _ verb: String,
        _ unit: String,
        mode: String,
        within time: Duration
    ) throws(SystemdError) {
        let connection = try connect(within: time)
        let result: String?
        do throws(BusRefusal) {
            result = try connection.run(method, unit, mode: mode)
        } catch {
            throw SystemdError(error, verb, unit, time)
        }
        guard let result else { throw .late(verb, unit, time) }
        guard result == "done" else { throw .job(result, verb, unit) }
    }

    private func connect(within time: Duration) throws(SystemdError) -> SystemdConnection {
        try SystemdConnection.find(
            try Libsystemd(library),
            sockets: sockets,
            deadline: Clocks.monotonic() + time.nanoseconds
        )
    }
}

import Glibc
import LinuxSystem

/// A message bus with systemd on it.
struct SystemdConnection: ~Copyable {
    private let bus: BusConnection
    /// Systemd's own name on this bus, ":1.0".
    private let owner: String

    private init(_ bus: consuming BusConnection, owner: String) {
        self.bus = bus
        self.owner = owner
    }

    private static func open(
        _ library: Libsystemd,
        socket: String,
        deadline: Int64
    ) throws(BusRefusal) -> SystemdConnection {
        let bus = try BusConnection.open(library, socket: socket, deadline: deadline)
        let reply = try bus.call(.bus, "GetNameOwner", [BusPeer.systemd.name])
        guard let owner = reply.text() else { throw BusRefusal(-EBADMSG) }
        return SystemdConnection(bus, owner: owner)
    }

    /// The first bus that has it. Errors: `.no-bus`.
    static func find(
        _ library: Libsystemd,
        sockets: [String],
        deadline: Int64
    ) throws(SystemdError) -> SystemdConnection {
        // A bus that was started by our knock (its socket is a unit, too) has systemd on it a moment later.
        let settled = min(deadline, Clocks.monotonic() + 2_000_000_000)
        while true {
            var reasons: [String] = []
            var isEmptyBus = false
            for socket in sockets {
                do throws(BusRefusal) {
                    return try open(library, socket: socket, deadline: deadline)
                } catch {
                    reasons.append("\(socket): \(error.text)")
                    isEmptyBus = isEmptyBus || error.isNobody
                }
            }
            guard isEmptyBus, Clocks.monotonic() < settled else { throw noBus(reasons) }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 50_000_000)
        }
    }

    /// Has systemd make a job of the unit and waits for its end: "done", "failed" … Nil: the time was over first.
    func run(_ method: String, _ unit: String, mode: String) throws(BusRefusal) -> String? {
        // Asked for before the job is made: it may be over before we are told its name.
        let match =
            "type='signal',sender='\(BusPeer.systemd.name)',path='\(BusPeer.systemd.path)',"
            + "interface='\(BusPeer.systemd.interface)',member='JobRemoved'"
        _ = try bus.call(.bus, "AddMatch", [match])
        let reply = try bus.call(.systemd, method, [unit, mode])
        guard let job = reply.text(.path) else { throw BusRefusal(-EBADMSG) }
        while let message = try bus.next() {
            // A signal can be sent to us by whoever is on the bus.
            guard message.sender == owner, message.isSignal(BusPeer.systemd.interface, "JobRemoved") else {
                continue
            }
            // Number, job, unit, result.
            guard message.number() != nil, message.text(.path) == job, message.text() != nil else { continue }
            guard let result = message.text() else { throw BusRefusal(-EBADMSG) }
            return result
        }
        return nil
    }

    private static func noBus(_ reasons: [String]) -> SystemdError {
        SystemdError(
            "no-bus",
            "systemd cannot be asked to start a unit, since it is on no message bus here (\(reasons.joined(separator: "; "))). "
                + "Install one: apt install dbus. An agent in a container needs the host's processes (hostPID) and "
                + "CAP_SYS_PTRACE, to reach the host's /run/dbus by /proc/1/root, or that folder as a mount",
            cause: reasons.joined(separator: "; ")
        )
    }
}

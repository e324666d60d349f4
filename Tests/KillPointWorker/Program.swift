import Agent
import Faults
import Glibc
import Journal
import LinuxSystem
import Processes
import TestSupport

/// One fault from its arming to its healing, with a guardian and a journal, as an agent does it: for a test that kills it
/// on the way. Arguments: the path's name, the fault's id, a folder, the guardian's program, the peer's address.
///
/// Says "ready GUARDIAN" when its target is there, waits for a line, walks the path, and says "done" or why it is not.
@main
enum KillPointWorker {
    static func main() {
        let words = CommandLine.arguments
        guard words.count == 6, let path = FaultPath(rawValue: words[1]) else { exit(2) }
        do {
            let scene = try WorkerScene(
                path,
                id: words[2],
                folder: words[3],
                program: words[4],
                peer: words[5]
            )
            say("ready \(scene.guardian.process?.pid ?? 0)")
            guard readLine() != nil else { exit(3) }
            try scene.walk()
            say("done")
            exit(0)
        } catch {
            say("failed: \(error)")
            exit(1)
        }
    }

    private static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}

/// What the path needs: the target, who keeps the undos, and what arms faults.
struct WorkerScene {
    let path: FaultPath
    let id: String
    let folder: String
    let peer: String
    let guardian: GuardianPost
    let store: UndoStore
    let packets: PacketFaults
    let processes: ProcessFaults
    /// One that a reset can hit.
    let connection: Connection?
    /// From arming to acting, and as long to the end; nanoseconds.
    static let step: Int64 = 3_000_000

    init(_ path: FaultPath, id: String, folder: String, program: String, peer: String) throws {
        self.path = path
        self.id = id
        self.folder = folder
        self.peer = peer
        guardian = try GuardianPost(executable: program, folder: folder)
        store = UndoStore(guardian: guardian, journal: try Journal(path: "\(folder)/journal.sqlite"))
        packets = try PacketFaults(interface: TestHost.interface, seed: 1, keeper: store)
        connection = path == .reset ? try Connection(to: peer) : nil
        let services = Services()
        if let service = try Target(path, folder: folder).start() { services.add(service) }
        processes = ProcessFaults(
            resolver: TargetResolver(services: services, scope: try .ownNetwork()),
            keeper: store,
            executable: program
        )
    }

    func walk() throws {
        if path.isOfPackets { try walkPackets() } else { try walkProcesses() }
        let left = store.stillOpen() + packets.differencesFromBefore()
        if !left.isEmpty { throw FaultError("worker.left", left.joined(separator: "; ")) }
    }

    /// An agent's steps: arm, renew the lease, read back, heal.
    func carryThrough(_ arm: (ActingWindow) throws -> any Injection) throws {
        let now = Clocks.monotonic()
        let window = ActingWindow(start: now + Self.step, end: now + 10 * Self.step)
        let injection = try arm(window)
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + 2 * Self.step)
        try injection.extend(leaseUntil: window.end + 1_000_000_000)
        _ = try injection.readBack()
        Clocks.sleepUntil(monotonic: Clocks.monotonic() + Self.step)
        try injection.heal()
    }
}

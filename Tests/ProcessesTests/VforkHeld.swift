import Glibc
import Processes
import Testing

/// A service that is caught between vfork and exec: posix_spawn's caller sleeps, and cannot be stopped, until its child
/// runs the program, and the child waits for a writer of a FIFO.
struct VforkHeld {
    static var isAvailable: Bool { access("/usr/bin/python3", X_OK) == 0 }

    let fifo: String
    let service: ServiceProcess

    init(in folder: String) throws {
        fifo = folder + "/fifo"
        try #require(mkfifo(fifo, 0o600) == 0)
        let script = """
            import os
            action = (os.POSIX_SPAWN_OPEN, 0, "\(fifo)", os.O_RDONLY, 0)
            os.waitpid(os.posix_spawn("/bin/true", ["true"], {}, file_actions=[action]), 0)
            """
        service = try ServiceProcess.start(
            ServiceCommand(name: "test", command: Command(["/usr/bin/python3", "-c", script]))
        )
    }

    /// With its child there: alone, it may wait for the disk that python3 is read from.
    var isHeld: Bool {
        eventually {
            let members = service.members.current()
            return members.count == 2 && members.contains { $0.state == .waitingForDisk }
        }
    }
}

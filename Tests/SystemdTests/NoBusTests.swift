import LinuxSystem
import Measures
import Processes
import Systemd
import TestSupport
import Testing

/// Where there is no bus, or something else in its place.
@Suite(.serialized, .needsBus, .timeLimit(.minutes(2))) struct NoBusTests {
    private func failure(_ manager: UnitManager, _ isCheck: Bool = false) -> SystemdError? {
        do {
            if isCheck { try manager.check() } else { try manager.start("done.service") }
            return nil
        } catch {
            return error
        }
    }

    @Test func `no bus anywhere: every place is named with its reason, and the remedy`() throws {
        try OwnBus.with(standInAfter: nil) { bus in
            let sockets = ["\(bus.folder)/nothing", "/proc/1/root/nothing/at/all", bus.socket]
            for isCheck in [false, true] {
                let error = try #require(failure(UnitManager(sockets: sockets), isCheck))
                #expect(error.code == "systemd.no-bus")
                for socket in sockets { #expect(error.message.contains("\(socket): "), "\(error)") }
                for part in ["No such file", "no such name", "apt install dbus", "hostPID", "CAP_SYS_PTRACE"]
                {
                    #expect(error.message.contains(part), "no \(part) in: \(error)")
                }
            }
        }
    }

    @Test func `no libsystemd: said with the linker's words and the package, and the program runs on`() throws
    {
        for library in ["libsystemd-of-nobody.so.0", "libc.so.6"] {
            let error = try #require(failure(UnitManager(library: library), true))
            #expect(error.code == "systemd.no-library")
            #expect(error.message.contains(library))
            #expect(error.message.contains("apt install libsystemd0"))
        }
    }

    /// Mode "early": nonsense from the first byte; "late": it authenticates first; "silent"; "shut": closes at once.
    @Test(arguments: ["early", "late", "silent", "shut"])
    func `what is no bus is an error in time, whatever it says`(mode: String) throws {
        try withFolder { folder in
            let socket = "\(folder)/bus"
            let peer = try Spawner.spawn(
                Command([OwnBus.python, "-c", Self.script, socket, mode], log: "\(folder)/log")
            )
            defer { peer.end() }
            try #require(OwnBus.eventually { UnixSocket.isListening(socket) })
            for _ in 0..<(mode == "silent" ? 2 : 100) {
                let patience = Duration.milliseconds(mode == "silent" ? 500 : 2000)
                let began = Clocks.monotonic()
                let error = try #require(failure(UnitManager(sockets: [socket], patience: patience)))
                #expect(["systemd.no-bus", "systemd.lost"].contains(error.code), "\(error)")
                let took = Clocks.monotonic() - began
                #expect(took < patience.nanoseconds + 1_000_000_000, "\(took) ns: \(error)")
                if mode == "silent" { #expect(took >= patience.nanoseconds) }
            }
        }
    }

    /// Nonsense by the number of the connection, so that a failure can be made again.
    private static let script = """
        import random, socket, sys
        path, mode = sys.argv[1:]
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(50)
        server.settimeout(60)
        held = []

        def listen(peer, word):
            said = b""
            while word not in said:
                part = peer.recv(4096)
                if not part: raise OSError("gone")
                said += part

        for number in range(400):
            draw = random.Random(number)
            peer, _ = server.accept()
            peer.settimeout(2)
            if mode == "silent":
                held.append(peer)
                continue
            try:
                if mode == "late":
                    listen(peer, b"BEGIN")
                    peer.sendall(b"DATA\\r\\nOK 0123456789abcdef0123456789abcdef\\r\\nAGREE_UNIX_FD\\r\\n")
                    # A header that begins well goes further into the reading than one that does not.
                    if number % 2: peer.sendall(b"l\\x02\\x00\\x01" + draw.randbytes(draw.randrange(12, 200)))
                if mode != "shut": peer.sendall(draw.randbytes(draw.randrange(1, 20000)))
            except OSError:
                pass
            peer.close()
        """
}

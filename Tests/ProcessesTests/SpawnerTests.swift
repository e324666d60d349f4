import Glibc
import Processes
import Testing

@Suite("A started command")
struct SpawnerTests {
    /// Runs a shell script to its end and gives what it wrote.
    private func output(
        of script: String,
        environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        directory: String? = nil,
        descriptors: Spawner.Descriptors = .init()
    ) throws -> String {
        try ScratchFolder.with { (folder) throws in
            let log = folder + "/log"
            let command = Command(
                ["sh", "-c", script],
                environment: environment,
                directory: directory,
                log: log
            )
            let handle = try Spawner.spawn(command, descriptors: descriptors)
            #expect(handle.wait(for: .seconds(20)) == .exited(0))
            return try ScratchFolder.text(log)
        }
    }

    @Test("has the environment that was written and nothing else")
    func environment() throws {
        setenv("FAULTLINE_TEST_LEAK", "1", 1)
        let text = try output(of: "exec env", environment: ["PATH": "/usr/bin:/bin", "A": "b c"])
        // sh itself adds PWD and the like; nothing comes from here.
        #expect(text.contains("A=b c\n"))
        #expect(!text.contains("FAULTLINE_TEST_LEAK"))
    }

    @Test("has no descriptor but those that it was given")
    func descriptors() throws {
        let leak = open("/etc/hostname", O_RDONLY)  // without O_CLOEXEC, on purpose
        defer { close(leak) }
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        let text = try output(
            of: "echo given >&3; for d in /proc/self/fd/*; do readlink $d; done; exit 0",
            descriptors: .init(further: [ends[1]])
        )
        #expect(!text.contains("hostname"))
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("pipe:") }.count == 1)
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = read(ends[0], &buffer, buffer.count)
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "given\n")
    }

    @Test("keeps descriptors apart although their numbers cross")
    func crossing() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        // The pipe becomes 3 and 4 in the child, in the opposite order of its numbers here.
        let text = try output(
            of: "echo through >&3; read line <&4; echo $line",
            descriptors: .init(further: [ends[1], ends[0]])
        )
        #expect(text == "through\n")
    }

    @Test("has every signal unblocked and at its default action")
    func signals() throws {
        var blocked = sigset_t()
        sigemptyset(&blocked)
        sigaddset(&blocked, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &blocked, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &blocked, nil) }
        signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, SIG_DFL) }
        let text = try output(of: "exec grep -E 'Sig(Blk|Ign)' /proc/self/status")
        let masks = text.split(separator: "\n").map { UInt64($0.suffix(16), radix: 16) }
        // 32 and 33 belong to glibc, whose posix_spawn leaves them ignored.
        #expect(masks.count == 2 && masks[0] == 0 && masks[1].map { $0 & ~(3 << 31) } == 0, "\(text)")
    }

    @Test("leads a session of its own")
    func session() throws {
        let handle = try Spawner.spawn(Command(["sleep", "30"]))
        defer { end(handle) }
        let status = try #require(handle.status)
        #expect(status.session == handle.pid && status.group == handle.pid)
        #expect(status.session != getsid(0))
    }

    @Test("runs in its folder, and its log grows and is not cut off")
    func folderAndLog() throws {
        try ScratchFolder.with { (folder) throws in
            let command = Command(["pwd"], directory: "/usr/bin", log: folder + "/log")
            for _ in 0..<2 { #expect(try Spawner.spawn(command).wait(for: .seconds(20)) == .exited(0)) }
            #expect(try ScratchFolder.text(folder + "/log") == "/usr/bin\n/usr/bin\n")
        }
    }

    @Test("that cannot be started says which, why and what to do")
    func refusals() throws {
        try ScratchFolder.with { (folder) throws in
            try ScratchFolder.write("text", to: folder + "/plain")
            try ScratchFolder.write("#!/no/such/interpreter\n", to: folder + "/script")
            chmod(folder + "/script", 0o755)
            let rows: [(Command, ProcessError.Code, String)] = [
                (Command(["faultline-no-such-program"]), .notFound, "PATH"),
                (Command([folder + "/missing"]), .notFound, folder + "/missing"),
                (Command([folder + "/plain"]), .notExecutable, "chmod +x"),
                (Command([folder]), .notExecutable, folder),
                (Command([folder + "/script"]), .notStarted, "#!"),
                (Command(["true"], directory: folder + "/nowhere"), .notFound, "folder \(folder)/nowhere"),
                (Command([]), .notFound, "empty"),
            ]
            for (command, kind, part) in rows {
                let error = #expect(throws: ProcessError.self) { try Spawner.spawn(command) }
                #expect(error?.kind == kind, "\(command.arguments)")
                #expect(error?.message.contains(part) == true, "\(error?.message ?? "")")
            }
        }
    }

    @Test("is written as one would type it")
    func text() {
        #expect(Command(["nginx", "-c", "/etc/x.conf"]).text == "nginx -c /etc/x.conf")
        #expect(Command(["sh", "-c", "echo 'a b'", ""]).text == #"sh -c 'echo '\''a b'\''' ''"#)
    }
}

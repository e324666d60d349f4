import Glibc
import LinuxSystem
import Processes
import Testing

@Suite("A command inside a lab host", .enabled(if: getuid() == 0, "needs root, to make a network namespace"))
struct NamespaceLauncherTests {
    @Test("has the host's network, names and hostname, and changes nothing outside")
    func launch() async throws {
        let folder = "/tmp/fl-test-\(getpid())-launcher"
        mkdir(folder, 0o755)
        defer { _ = try? Spawner.spawn(Command(["rm", "-r", folder])).wait(for: .seconds(10)) }
        try ScratchFolder.write("10.9.8.7 web1\n", to: folder + "/hosts")
        try ScratchFolder.write("nameserver 10.9.8.1\n", to: folder + "/resolv")
        let namespace = try NetworkNamespace.create(named: "fl-test-\(getpid())-launcher")
        defer { _ = try? namespace.delete() }
        let path = namespace.path
        let inode = try namespace.inode()
        let hostsBefore = try ScratchFolder.text("/etc/hosts")

        await #expect(processExitsWith: .exitCode(0)) { [folder = folder as String, path = path as String] in
            try NamespaceLauncher.exec(
                networkNamespacePath: path,
                hostsFile: folder + "/hosts",
                resolvFile: folder + "/resolv",
                hostname: "web1",
                arguments: [
                    "sh", "-c",
                    """
                    { cat /etc/hosts /etc/resolv.conf; uname -n; ls /sys/class/net; stat -Lc %i /proc/self/ns/net; \
                    ls -d /sys/fs/cgroup/*; } > \(folder)/out 2> \(folder)/error
                    """,
                ]
            )
        }
        let lines = try ScratchFolder.text(folder + "/out").split(separator: "\n").map(String.init)
        #expect(lines.prefix(5) == ["10.9.8.7 web1", "nameserver 10.9.8.1", "web1", "lo", String(inode)])
        #expect(lines.count > 5, "the cgroup trees are still there")
        #expect(try ScratchFolder.text("/etc/hosts") == hostsBefore)
        #expect(ProcessTable.networkNamespace(path: "/proc/self/ns/net") != inode)
    }

    @Test("a namespace that is not there is an error that names the remedy")
    func missing() async {
        await #expect(processExitsWith: .exitCode(0)) {
            do {
                try NamespaceLauncher.exec(
                    networkNamespacePath: "/run/netns/fl-test-none",
                    arguments: ["true"]
                )
            } catch let error as ProcessError {
                exit(error.kind == .noNamespace && error.message.contains("lab up") ? 0 : 1)
            }
        }
    }
}

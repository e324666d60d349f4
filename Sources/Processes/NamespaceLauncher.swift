import CLinux
import Glibc

/// Turns the calling process into a command inside a lab host: its network, its names, its hostname. For a process of one
/// thread that exists for this purpose (the hidden subcommand of faultline); the changes cannot be taken back.
package enum NamespaceLauncher {
    /// The names file and the resolver's file are laid over /etc/hosts and /etc/resolv.conf for this process and its
    /// children only (a private mount namespace); the host's own files are not touched. The environment is kept.
    /// C: `setns`, `unshare(CLONE_NEWNS)`, `mount`, `execve`. Like `ip netns exec NAME COMMAND`.
    package static func exec(
        networkNamespacePath: String,
        hostsFile: String? = nil,
        resolvFile: String? = nil,
        hostname: String? = nil,
        arguments: [String]
    ) throws(ProcessError) -> Never {
        var environment: [String: String] = [:]
        if let path = getenv("PATH") { environment["PATH"] = String(cString: path) }
        let path = try Executable.find(for: Command(arguments, environment: environment))
        try enter(networkNamespacePath)
        try check(clinux_unshare_mounts(), "Take a mount namespace")
        // Otherwise the mounts below would show up on the host.
        try check(clinux_make_private("/"), "Keep mounts private")
        if let hostsFile { try cover("/etc/hosts", with: hostsFile) }
        if let resolvFile, access("/etc/resolv.conf", F_OK) == 0 {
            try cover("/etc/resolv.conf", with: resolvFile)
        }
        showOwnInterfaces()
        if let hostname { try check(clinux_own_hostname(hostname), "Set the hostname \(hostname)") }

        // SIGPIPE and the mask may have been changed by this program; the command expects neither.
        signal(SIGPIPE, SIG_DFL)
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        withStrings(arguments) { _ = execv(path, $0) }
        throw .failed("Start \(path)")
    }

    private static func enter(_ path: String) throws(ProcessError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ProcessError(
                .noNamespace,
                "There is no network namespace \(path). Bring the lab up first: faultline lab up FILE",
                errorNumber: errno
            )
        }
        defer { close(descriptor) }
        try check(clinux_enter_network(descriptor), "Enter the network namespace \(path)")
    }

    private static func cover(_ target: String, with source: String) throws(ProcessError) {
        guard access(source, R_OK) == 0 else {
            throw ProcessError(
                .notFound,
                "Cannot lay \(source) over \(target): it cannot be read.",
                errorNumber: errno
            )
        }
        try check(clinux_bind_mount(source, target), "Lay \(source) over \(target)")
    }

    /// /sys/class/net lists the interfaces of the namespace in which it was mounted. A new one hides what was mounted
    /// below the old: the cgroup trees are brought back. Where it is refused, /sys stays as it was, which harms only
    /// what reads interfaces there.
    private static func showOwnInterfaces() {
        let groups = open("/sys/fs/cgroup", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { if groups >= 0 { close(groups) } }
        guard clinux_mount_sysfs("/sys") == 0, groups >= 0 else { return }
        if clinux_bind_tree("/proc/self/fd/\(groups)", "/sys/fs/cgroup") != 0 { _ = clinux_unmount("/sys") }
    }

    private static func check(_ result: Int32, _ action: String) throws(ProcessError) {
        if result != 0 { throw .failed(action) }
    }
}

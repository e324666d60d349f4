import CLinux
import Glibc

/// A network namespace that lives at /run/netns/NAME, as `ip netns` makes and lists them, or one at any path
/// (/proc/PID/ns/net). A value: it names the namespace and does not own it.
package struct NetworkNamespace: Sendable, Hashable {
    package static let directory = "/run/netns"

    package let path: String

    package init(named name: String) {
        path = "\(Self.directory)/\(name)"
    }

    package init(path: String) {
        self.path = path
    }

    /// The last part of the path.
    package var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Makes an empty namespace (its lo is down) that stays until it is deleted. Like `ip netns add`.
    /// Errors: EEXIST when the name is taken, EPERM without CAP_SYS_ADMIN.
    package static func create(named name: String) throws(SystemError) -> NetworkNamespace {
        guard isName(name) else {
            throw SystemError(
                "create namespace \"\(name)\"",
                refused: "a name has 1 to 200 bytes and no \"/\""
            )
        }
        try prepareDirectory()
        let namespace = NetworkNamespace(named: name)
        _ = try OwnedDescriptor(opening: namespace.path, flags: O_RDONLY | O_CREAT | O_EXCL, mode: 0o444)
        let path = namespace.path
        do throws(SystemError) {
            try SystemError.check("bind namespace \(name)") { clinux_network_namespace_bind(path) }
        } catch {
            unlink(path)
            throw error
        }
        return namespace
    }

    /// Like `ip netns del`: the namespace ends with its last process and socket. False when there was none: healing
    /// twice is not an error.
    @discardableResult
    package func delete() throws(SystemError) -> Bool {
        let path = path
        // EINVAL: a file that nothing is mounted on, left by somebody who died in between.
        if clinux_unmount(path) != 0, errno != EINVAL, errno != ENOENT {
            throw SystemError("unmount \(path)", errno: errno)
        }
        if unlink(path) != 0 {
            if errno == ENOENT { return false }
            throw SystemError("remove \(path)", errno: errno)
        }
        return true
    }

    package var exists: Bool { access(path, F_OK) == 0 }

    /// The named namespaces whose names start so, sorted; none when there is no /run/netns.
    package static func list(prefix: String = "") throws(SystemError) -> [NetworkNamespace] {
        try Directory.entries(directory).filter { $0.hasPrefix(prefix) }.sorted().map {
            NetworkNamespace(named: $0)
        }
    }

    /// The kernel's number of the namespace: two paths with the same inode are the same namespace.
    package func inode() throws(SystemError) -> UInt64 {
        var status = stat()
        let path = path
        try SystemError.check("stat \(path)") { stat(path, &status) }
        return UInt64(status.st_ino)
    }

    /// The namespace of the calling thread.
    package static var current: NetworkNamespace {
        NetworkNamespace(path: "/proc/self/task/\(CurrentThread.identifier)/ns/net")
    }

    package func open() throws(SystemError) -> OwnedDescriptor {
        try OwnedDescriptor(opening: path, flags: O_RDONLY)
    }

    /// Runs the body on a thread of its own that has entered the namespace, and returns or throws what it does.
    ///
    /// The caller blocks and stays where it is. Sockets opened and processes spawned inside stay inside; a process with a
    /// parent-death signal dies with this thread, so spawn such ones from a thread that lives.
    package func inside<Value: Sendable & ~Copyable>(
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        let namespace = self
        return try PinnedThread.run(name: "ns \(name)") {
            try namespace.enter()
            return try body()
        }
    }

    /// Runs the body on a thread of its own in a namespace without a name, which ends with the thread. For probes.
    package static func insideFresh<Value: Sendable & ~Copyable>(
        _ body: @escaping @Sendable () throws -> Value
    ) throws -> Value {
        try PinnedThread.run(name: "ns fresh") {
            try SystemError.check("unshare network") { clinux_unshare_network() }
            return try body()
        }
    }

    /// Moves the calling thread for good: only on a PinnedThread. C: `setns(CLONE_NEWNET)`.
    package func enter() throws(SystemError) {
        let descriptor = try open()
        let path = path
        try SystemError.check("enter \(path)") { clinux_enter_network(descriptor.number) }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 200 && !name.utf8.contains(UInt8(ascii: "/")) && name != "."
            && name != ".."
    }

    /// As iproute2 does (`create_netns_dir`): the folder becomes a shared mount, so that a namespace made in one mount
    /// namespace is seen, and can be unmounted, in the others.
    private static func prepareDirectory() throws(SystemError) {
        if mkdir(directory, 0o755) != 0, errno != EEXIST {
            throw SystemError("mkdir \(directory)", errno: errno)
        }
        // Almost always it is shared already, and nothing needs to be locked.
        if clinux_make_shared(directory) == 0 { return }
        let lock = try OwnedDescriptor(opening: directory, flags: O_RDONLY | O_DIRECTORY)
        try wait(for: lock)
        if clinux_make_shared(directory) == 0 { return }
        guard errno == EINVAL else { throw SystemError("share \(directory)", errno: errno) }
        try SystemError.check("bind \(directory)") { clinux_bind_mount(directory, directory) }
        try SystemError.check("share \(directory)") { clinux_make_shared(directory) }
    }

    /// Two that bind at once would stack two mounts. Bounded, five seconds: a holder that hangs must not hang this.
    private static func wait(for lock: borrowing OwnedDescriptor) throws(SystemError) {
        for _ in 0..<500 {
            if flock(lock.number, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw SystemError("lock \(directory)", errno: errno)
            }
            usleep(10_000)
        }
        throw SystemError("lock \(directory)", refused: "another process has held it for five seconds")
    }
}

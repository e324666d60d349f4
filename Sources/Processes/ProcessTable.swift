import Glibc
import LinuxSystem

/// The processes that the kernel lists in /proc. Each answer is a moment's: what is needed for good is held as a
/// `ProcessHandle`.
package struct ProcessTable: Sendable {
    package let statuses: [ProcessStatus]

    package init(_ statuses: [ProcessStatus]) {
        self.statuses = statuses
    }

    /// All processes as they are now. A process that ends meanwhile is left out.
    package static func current() -> ProcessTable {
        ProcessTable(pids(in: "/proc").compactMap { status(of: $0) })
    }

    package static func status(of pid: Int32) -> ProcessStatus? {
        (try? FileContents.read("/proc/\(pid)/stat")).flatMap { ProcessStatus(parsing: $0) }
    }

    /// One status for each thread, the first thread's included.
    package static func threads(of pid: Int32) -> [ProcessStatus] {
        pids(in: "/proc/\(pid)/task").compactMap { thread in
            (try? FileContents.read("/proc/\(pid)/task/\(thread)/stat")).flatMap {
                ProcessStatus(parsing: $0)
            }
        }
    }

    /// The living processes of one session.
    package func members(ofSession session: Int32) -> [ProcessStatus] {
        statuses.filter { $0.session == session && $0.isAlive }
    }

    /// The living processes that descend from one of these pids, these themselves not included.
    package func descendants(of pids: Set<Int32>) -> [ProcessStatus] {
        let children = Dictionary(grouping: statuses, by: \.parent)
        var found: [ProcessStatus] = []
        var seen = pids
        var open = Array(pids)
        while let parent = open.popLast() {
            for child in children[parent] ?? [] where seen.insert(child.identity.pid).inserted {
                open.append(child.identity.pid)
                if child.isAlive { found.append(child) }
            }
        }
        return found
    }

    /// What a service consists of: this process, the living members of the session that it leads, and all that descend
    /// from them.
    /// A descendant that leaves the session *and* whose parents have all ended is not found.
    package func family(of leader: Int32) -> [ProcessStatus] {
        let roots = statuses.filter { $0.session == leader || $0.identity.pid == leader }
        let pids = Set(roots.map(\.identity.pid))
        return roots.filter(\.isAlive) + descendants(of: pids).filter { !pids.contains($0.identity.pid) }
    }

    /// The living processes whose network namespace has this inode number (`networkNamespace(of:)`).
    package func members(ofNetworkNamespace inode: UInt64) -> [ProcessStatus] {
        statuses.filter { $0.isAlive && Self.networkNamespace(of: $0.identity.pid) == inode }
    }

    /// The inode number of /proc/PID/ns/net; nil when the process is gone or not ours to see.
    package static func networkNamespace(of pid: Int32) -> UInt64? {
        networkNamespace(path: "/proc/\(pid)/ns/net")
    }

    /// The inode number of a namespace file such as /run/netns/NAME.
    package static func networkNamespace(path: String) -> UInt64? {
        var status = stat()
        return stat(path, &status) == 0 ? UInt64(status.st_ino) : nil
    }

    private static func pids(in directory: String) -> [Int32] {
        ((try? Directory.entries(directory)) ?? []).compactMap { Int32($0) }
    }
}

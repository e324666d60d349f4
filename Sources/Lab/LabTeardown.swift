import LinuxSystem
import Measures
package import Processes

#if canImport(Glibc)
import Glibc
#endif

/// Takes labs down, whatever state they are in: every process in their namespaces ends, then the namespaces go (and with
/// them interfaces, qdiscs and rules), then the folder. Doing it twice is doing it once.
package enum LabTeardown {
    /// What was done, in words; empty: there was nothing. `agents`: whoever still has a hold of them; their namespaces are
    /// cleared also when somebody else has taken the names away.
    package static func down(_ id: String, agents: [ProcessHandle] = []) throws -> [String] {
        var done: [String] = []
        let namespaces = try NetworkNamespace.list(prefix: LabLayout.prefix).filter {
            LabLayout.id(ofNamespace: $0.name) == id
        }
        let inodes = Set(namespaces.compactMap { try? $0.inode() })
            .union(agents.filter(\.isAlive).compactMap { ProcessTable.networkNamespace(of: $0.pid) })
        let ended = try endProcesses(in: inodes, of: id)
        if ended > 0 { done.append("ended \(ended) process\(ended == 1 ? "" : "es") of lab \(id)") }
        for namespace in namespaces where try namespace.delete() {
            done.append("removed namespace \(namespace.name)")
        }
        if try removeFolder(id) { done.append("removed \(LabState.folder(id))") }
        // With the last lab goes what they share; while another is there, it is not empty.
        for shared in [LabState.labs, LabState.root] { rmdir(shared) }
        return done
    }

    /// Every lab without a living owner, and every namespace of ours without a lab. With `all`, labs that stay by
    /// intention (`lab up`) and labs of runs that are still going as well.
    package static func recover(all: Bool = false) throws -> [String] {
        var ids = Set(LabState.ids)
        ids.formUnion(
            try NetworkNamespace.list(prefix: LabLayout.prefix).compactMap {
                LabLayout.id(ofNamespace: $0.name)
            }
        )
        var done: [String] = []
        for id in ids.sorted() where all || isLeftOver(id) { done += try down(id) }
        return done
    }

    /// A lab whose state cannot be read died while it was made, and is left over.
    private static func isLeftOver(_ id: String) -> Bool {
        LabState.load(id)?.isOrphan ?? true
    }

    /// Processes are found by the namespace that they are in, not by what anybody wrote down: a worker that was forked a
    /// moment ago is found as well. Bounded: 100 rounds of 20 ms.
    private static func endProcesses(in inodes: Set<UInt64>, of id: String) throws -> Int {
        let own = try? NetworkNamespace.current.inode()
        var ended: Set<ProcessIdentity> = []
        for _ in 0..<100 {
            let table = ProcessTable.current()
            let living = inodes.filter { $0 != own }.flatMap { table.members(ofNetworkNamespace: $0) }.filter(
                \.isAlive
            )
            if living.isEmpty { return ended.count }
            for process in living {
                guard let handle = try? ProcessHandle.open(process.identity) else { continue }
                if try handle.signal(9) { ended.insert(process.identity) }
            }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 20_000_000)
        }
        throw LabError(
            "lab.processes-left",
            "processes in lab \(id) do not end; see: ps -o pid,stat,cmd, then run faultline recover again",
            exitCode: .notHealed
        )
    }

    private static func removeFolder(_ id: String) throws -> Bool {
        let folder = LabState.folder(id)
        guard FileTree.exists(folder) else { return false }
        do {
            try FileTree.remove(folder)
        } catch {
            throw LabError("lab.folder", "cannot remove \(folder): \(error)", exitCode: .notHealed)
        }
        return true
    }
}

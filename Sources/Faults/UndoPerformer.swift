import Engines
import LinuxSystem
import Measures
import Netlink
import Processes
package import Undoing

#if canImport(Glibc)
import Glibc
#endif

/// Carries an undo out: by the agent at its start, by the guardian when the agent is gone, by `faultline recover`. Twice
/// is once, and nothing left to undo is no error.
package enum UndoPerformer {
    package static func perform(_ undo: Undo) throws {
        switch undo {
        case .continueProcesses(let processes):
            for process in processes { _ = try ServiceMembers(leader: process).resume() }
        case .endProcesses(let processes):
            for process in processes { _ = try ServiceMembers(leader: process).kill() }
        case .startService(let service): try ServiceRestoration.start(service)
        case .restoreService(let undo): try ServiceRestoration.perform(undo)
        case .deleteRootQdisc(let namespace, let interface, let handle):
            try deleteQdisc(namespace, interface, parent: .root, handle: Handle(number: handle))
        case .deleteQdisc(let namespace, let interface, let parent, let handle):
            try deleteQdisc(
                namespace,
                interface,
                parent: Handle(number: parent),
                handle: Handle(number: handle)
            )
        case .deleteLink(let namespace, let interface):
            try inside(namespace) { _ = try RouteSocket().deleteLink(interface) }
        case .deletePacketTable(_, let family, let name):
            // Tables have an owner and go with it; one without is not ours to delete.
            throw FaultError(
                "undo.table",
                "delete it by hand: nft delete table \(family) \(name)",
                exitCode: .notHealed
            )
        case .deleteFile(let path): try remove(path, unlink(path))
        case .deleteFolder(let path): try remove(path, rmdir(path))
        case .writeFile(let path, let contents): try FileContents.write(contents, toExisting: path)
        case .resumeProcesses(let processes): _ = try PausedProcesses.resume(processes)
        case .startUnit(let unit): try HostUnits.start(unit)
        case .restoreCgroups(let undo): try CgroupRestoration.perform(undo)
        case .startContainers(let containers): for container in containers { try container.start() }
        }
    }

    private static func deleteQdisc(_ namespace: String?, _ interface: String, parent: Handle, handle: Handle)
        throws
    {
        try inside(namespace) {
            let socket = try RouteSocket()
            guard let link = try socket.links().first(where: { $0.name == interface }) else { return }
            let found = try socket.qdiscs(of: link.index).first { $0.parent == parent && $0.handle == handle }
            guard let found else { return }
            try socket.sendDeletion(
                .deleteQdisc(link: link.index, parent: parent, handle: handle, kind: found.kind)
            )
        }
    }

    /// `place`: a path, or the kernel's own number where the path may be another's by now ("net:[4026531840]"). A namespace
    /// that is gone has taken everything in it along.
    private static func inside(_ place: String?, _ body: @escaping @Sendable () throws -> Void) throws {
        guard let place else { return try body() }
        let number = NetworkNamespace.number(ofLink: place)
        let found = number.map(NetworkNamespace.find) ?? NetworkNamespace(path: place)
        guard let namespace = found, namespace.exists else { return }
        try namespace.inside(body)
    }

    private static func remove(_ path: String, _ result: Int32) throws {
        if result != 0, errno != ENOENT {
            throw SystemError("remove \(path)", errno: errno, exitCode: .notHealed)
        }
    }
}

import LinuxSystem
import Processes

extension NetworkNamespace {
    /// One that a process is in, or that is held below /run/netns; nil: there is none, or nobody to be seen is in it. What
    /// it holds is gone with it.
    static func find(number: UInt64) -> NetworkNamespace? {
        if let member = ProcessTable.current().members(ofNetworkNamespace: number).first {
            return NetworkNamespace(path: "/proc/\(member.identity.pid)/ns/net")
        }
        return ((try? list()) ?? []).first { (try? $0.inode()) == number }
    }
}

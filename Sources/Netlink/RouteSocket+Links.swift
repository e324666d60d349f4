import Glibc
package import LinuxSystem
import Measures

extension Link {
    /// Whether the calling thread's namespace has an interface of that name; a hundred times quicker than listing them.
    /// C: `if_nametoindex`.
    package static func exists(_ name: String) -> Bool { if_nametoindex(name) != 0 }
}

/// Interfaces by name: each is one or a few requests.
extension RouteSocket {
    package func links() throws(NetlinkError) -> [Link] {
        var links: [Link] = []
        for answer in try dump(.listLinks) {
            if let link = Link(answer) { links.append(link) }
        }
        return links
    }

    /// Error when there is none of that name.
    package func link(named name: String) throws(NetlinkError) -> Link {
        let links = try links()
        if let link = links.first(where: { $0.name == name }) { return link }
        throw NetlinkError(
            operation: "find link \(name)",
            library: 12,
            libraryText: "no such interface",
            kernelErrno: 19,
            remedy: "There are: \(links.map(\.name).joined(separator: ", "))"
        )
    }

    package func addBridge(_ name: String) throws(NetlinkError) -> Link {
        try send(Request.addBridge(name))
        return try link(named: name)
    }

    /// The near end; the far end is made in `namespace` under its final name.
    package func addVeth(
        _ name: String,
        peer: String,
        in namespace: NetworkNamespace? = nil
    ) throws(NetlinkError) -> Link {
        if let namespace {
            let descriptor: OwnedDescriptor
            do throws(SystemError) {
                descriptor = try namespace.open()
            } catch {
                throw NetlinkError(
                    "add veth \(name) with peer \(peer)",
                    refused: error.message,
                    exitCode: .agentFailed
                )
            }
            try send(Request.addVeth(name, peer: peer, peerNamespace: descriptor.number))
        } else {
            try send(Request.addVeth(name, peer: peer))
        }
        return try link(named: name)
    }

    package func setUp(_ name: String) throws(NetlinkError) {
        try send(Request.setLink(link(named: name).index, up: true))
    }

    package func setDown(_ name: String) throws(NetlinkError) {
        try send(Request.setLink(link(named: name).index, up: false))
    }

    package func setMaster(of name: String, to bridge: String?) throws(NetlinkError) {
        let master = try bridge.map { name throws(NetlinkError) in try link(named: name).index }
        try send(Request.setLink(link(named: name).index, master: master))
    }

    /// False when there was none.
    @discardableResult
    package func deleteLink(_ name: String) throws(NetlinkError) -> Bool {
        guard let link = try links().first(where: { $0.name == name }) else { return false }
        return try sendDeletion(Request.deleteLink(link.index))
    }

    package func addresses(of name: String? = nil) throws(NetlinkError) -> [AssignedAddress] {
        let index = try name.map { name throws(NetlinkError) in try link(named: name).index }
        var addresses: [AssignedAddress] = []
        for answer in try dump(.listAddresses) {
            if let address = AssignedAddress(answer), index == nil || address.link == index {
                addresses.append(address)
            }
        }
        return addresses
    }

    package func addAddress(_ address: InterfaceAddress, to name: String) throws(NetlinkError) {
        try send(Request.addAddress(address, to: link(named: name).index))
    }

    package func addRoute(
        to destination: InterfaceAddress,
        via gateway: InterfaceAddress?,
        through name: String
    ) throws(NetlinkError) {
        try send(Request.addRoute(to: destination, via: gateway, link: link(named: name).index))
    }
}

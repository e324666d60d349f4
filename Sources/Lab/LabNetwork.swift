import LinuxSystem
import Measures
import Netlink

/// Makes a lab's namespaces, bridges, veth pairs and addresses.
enum LabNetwork {
    static func build(_ layout: LabLayout) throws {
        let hub = try NetworkNamespace.create(named: layout.switchNamespace)
        try hub.inside {
            let socket = try RouteSocket()
            try socket.setUp("lo")
            for bridge in [LabLayout.labBridge, LabLayout.managementBridge] {
                _ = try socket.addBridge(bridge)
                try socket.setUp(bridge)
            }
            try socket.addAddress(try address(LabLayout.referenceAddress), to: LabLayout.managementBridge)
        }
        for host in layout.hosts {
            let namespace = try NetworkNamespace.create(named: host.namespace)
            try hub.inside {
                let socket = try RouteSocket()
                try plug(socket, host.labPort, into: LabLayout.labBridge, LabLayout.interface, of: namespace)
                try plug(
                    socket,
                    host.managementPort,
                    into: LabLayout.managementBridge,
                    LabLayout.managementInterface,
                    of: namespace
                )
            }
            try namespace.inside {
                let socket = try RouteSocket()
                try socket.addAddress(try address(host.address), to: LabLayout.interface)
                if let address6 = host.address6 {
                    let length = LabLayout.prefixLength6
                    try socket.addAddress(try address(address6, length), to: LabLayout.interface)
                }
                try socket.addAddress(try address(host.management), to: LabLayout.managementInterface)
                for name in ["lo", LabLayout.interface, LabLayout.managementInterface] {
                    try socket.setUp(name)
                }
            }
        }
    }

    private static func plug(
        _ socket: borrowing RouteSocket,
        _ port: String,
        into bridge: String,
        _ interface: String,
        of namespace: NetworkNamespace
    ) throws {
        _ = try socket.addVeth(port, peer: interface, in: namespace)
        try socket.setMaster(of: port, to: bridge)
        try socket.setUp(port)
    }

    private static func address(_ text: String, _ length: Int = LabLayout.prefixLength) throws
        -> InterfaceAddress
    {
        guard let address = InterfaceAddress("\(text)/\(length)") else {
            throw LabError("lab.address", "\"\(text)\" is no address", exitCode: .defect)
        }
        return address
    }
}

/// Whose methods are called: a name on the bus, an object of it, an interface.
struct BusPeer {
    let name: String
    let path: String
    let interface: String

    static let bus = BusPeer(
        name: "org.freedesktop.DBus",
        path: "/org/freedesktop/DBus",
        interface: "org.freedesktop.DBus"
    )
    static let systemd = BusPeer(
        name: "org.freedesktop.systemd1",
        path: "/org/freedesktop/systemd1",
        interface: "org.freedesktop.systemd1.Manager"
    )
}

package import LinuxSystem

/// A network namespace that is gone with this value.
package struct OwnedNamespace: ~Copyable {
    package let namespace: NetworkNamespace

    package init(_ name: String) throws { namespace = try NetworkNamespace.create(named: name) }

    deinit { _ = try? namespace.delete() }
}

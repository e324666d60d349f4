import Measures

/// A load by itself as an experiment file, as it goes to the host that sends it.
extension LoadPlan {
    /// Without the host that sends: whoever reads it is that.
    package var fileText: String {
        "faultline: 1\nname: load\nload: \(CanonicalText.map([(CanonicalText.quote(name), CanonicalText.load(self, names: false))]))"
            + "\nduration: 24h\n"
    }
}

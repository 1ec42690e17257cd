import Reconciliation

enum Version {
    static let text = Reconciler.engine
}

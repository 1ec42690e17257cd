import CEL

/// The page of what expressions can call.
public enum ExpressionReference {
    public static var markdown: String { CELReference.markdown }
}

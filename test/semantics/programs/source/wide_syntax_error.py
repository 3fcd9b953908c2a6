# The caret stands right below wide and combining characters.
名前 = "日本" + "é" + 1 +

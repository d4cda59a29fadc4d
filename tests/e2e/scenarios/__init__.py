"""One file a family of causes; each scenario is a function that breaks something and says what must hold."""

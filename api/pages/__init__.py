"""The pages people read and press: server-rendered, whole without any script."""

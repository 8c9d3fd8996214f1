"""The pages: the only room that knows Gradio. Thin; what a coach can do lives in `yogalab.lab`."""
